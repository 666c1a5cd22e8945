"""Every figure a second time: from raw rows by polars alone, written from the rules by hand.

Nothing here reads the catalogue's measures or shares code with the derivation. A measure is a
pair of row expressions; where it does not concern a row it gives 0, where a part was not filed it
gives null, and a row with a null part counts for neither part.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from data.periods import Period, containing

LEVELS = ("township", "county", "city", "province")
ANCESTORS = tuple(f"{level}_code" for level in LEVELS)
WEEKLY = {"T03", "T04", "T15", "T16", "T19"}
REGISTER_KEYS = {
    "T07": ["clinic_code"],
    "T16": ["issue_no"],
    "T17": ["area_code", "batch", "source_a", "source_b", "suspicion"],
    "T18": ["project_no", "fund_source"],
    "T20": ["org_code"],
}
BY_COUNTY = {"T08", "T09", "T10", "T14", "T16", "T17", "T18", "T20", "T21"}
MASK_BELOW = 10
LARGE_CLINIC, SMALL_VILLAGE = 60, 800
VILLAGE_CODE = 12  # figures
FOREVER = date(9999, 12, 31)

col = pl.col
ONE = pl.lit(1)
LARGE_HOSPITALS = ("县医院", "县中医院")
TOWN_HOSPITALS = ("中心卫生院", "一般卫生院")


def _last_batches(state: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """Of each matching of an area the batch that began last: they are the same people."""
    began: dict[tuple[str, ...], date] = {}
    for row in raw.iter_rows(named=True):
        began.setdefault(tuple(row[name] for name in REGISTER_KEYS["T17"]), row["period_end"])
    kept: dict[tuple[str, ...], tuple[date, int, str, int]] = {}
    for place, row in enumerate(state.iter_rows(named=True)):
        key = tuple(row[name] for name in REGISTER_KEYS["T17"])
        exercise = tuple(row[name] for name in ("area_code", "source_a", "source_b", "suspicion"))
        mine = (began[key], len(row["batch"]), row["batch"], place)
        kept[exercise] = max(kept.get(exercise, mine), mine)
    return state[sorted(last[-1] for last in kept.values())]


def frequency_of(table: str) -> str:
    """How often a report is filed."""
    if table in WEEKLY:
        return "weekly"
    return "quarterly" if table == "T10" else "monthly"


@dataclass(frozen=True)
class Figure:
    """One indicator over one population.

    table       where the numerator stands; below: where the denominator stands if elsewhere.
    lowest      the lowest level that has a row.
    distinct    the measures give values to be counted once per county, not numbers to be added.
    filer       which level files it, where a table has columns for counties only.
    """

    indicator: str
    population: str
    frequency: str
    table: str
    numerator: pl.Expr
    denominator: pl.Expr | None
    lowest: str = "township"
    below: str = ""
    distinct: bool = False
    filer: str = ""
    dimension: str = ""
    sensitive: bool = False
    provisional: int = 0

    @property
    def name(self) -> str:
        """As it stands in a test's name."""
        return f"{self.indicator}/{self.population}"


def total(names: str) -> pl.Expr:
    """A sum of columns written `a + b - c`; null when one of them is."""
    first, *others = names.split()
    value = col(first)
    for sign, name in zip(others[::2], others[1::2], strict=True):
        value = value + col(name) if sign == "+" else value - col(name)
    return value


def where(condition: pl.Expr, value: pl.Expr = ONE) -> pl.Expr:
    """The value where the condition holds, 0 elsewhere."""
    return pl.when(condition).then(value).otherwise(0)


def _ratios(table: str, frequency: str, lowest: str, lines: str, **more: object) -> list[Figure]:
    """Figures that divide sums of columns; one per line: indicator, population, n / d."""
    out = []
    for line in lines.strip().splitlines():
        name, _, parts = line.strip().partition(":")
        indicator, _, population = name.partition("/")
        above, _, below = parts.partition("/")
        numerator, denominator = total(above.strip()), total(below.strip())
        out.append(
            Figure(
                indicator, population, frequency, table, numerator, denominator, lowest,
                **more,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return out


def _chronic(indicator: str, kind: str, base: str, **more: object) -> list[Figure]:
    mine = col("chronic_type") == kind
    return [
        Figure(
            indicator, population, "monthly", "T06",
            where(mine, col(above)), where(mine, col(below)), **more,  # type: ignore[arg-type]
        )
        for population, above, below in (
            ("all", "std_managed", base),
            ("target", "poor_std_managed", "poor_registered"),
        )
    ]  # fmt: skip


def _clinics() -> list[Figure]:
    out = []
    standard, own = col("status") == "达标", col("status").is_in(["达标", "未达标"])
    present, doctor = col("clinic_ok"), col("doctor_ok")
    for population, among in (("all", pl.lit(True)), ("poor_village", col("is_poor_village"))):
        for indicator, table, above, below in (
            ("village_clinic_standard_rate", "clinics", among & standard, among & own),
            ("village_clinic_presence_rate", "villages", among & present, among),
            ("village_doctor_coverage_rate", "villages", among & doctor, among),
            ("blank_spots", "villages", among & ~(present & doctor), None),
        ):
            out.append(
                Figure(
                    indicator, population, "monthly", table,
                    where(above), None if below is None else where(below),
                )
            )  # fmt: skip
    return out


def _hospitals() -> list[Figure]:
    kind = col("org_type")
    large = kind.is_in(LARGE_HOSPITALS) & (col("service_pop") > 100_000)
    county = col("division_code").str.head(6)
    valid = (col("agreement_from") <= col("period_end")) & (
        col("agreement_to") >= col("period_end")
    )
    out = [
        Figure(
            "township_hospital_standard_rate", "all", "monthly", "T08",
            where(kind.is_in(TOWN_HOSPITALS) & col("standard_ok")),
            where(kind.is_in(TOWN_HOSPITALS)),
        ),
        Figure(
            "county_hospital_level2_rate", "all", "quarterly", "T08",
            pl.when(large & col("level2_ok")).then(county), pl.when(large).then(county),
            "county", distinct=True,
        ),
        Figure(
            "telemedicine_rate", "all", "quarterly", "T08",
            where((kind == "县医院") & col("telemedicine_ok")), where(kind == "县医院"), "county",
        ),
        Figure(
            "four_ones_rate", "all", "quarterly", "T14",
            where(valid, col("four_ones_done")), where(valid, pl.lit(4)), "county",
        ),
    ]  # fmt: skip
    for population, kinds in (
        ("all", ("县医院", "县中医院", "妇幼", "中心卫生院")),
        ("county_hospital", ("县医院",)),
        ("centre_hospital", ("中心卫生院",)),
    ):
        out.append(
            Figure(
                "counterpart_support_rate", population, "monthly", "T14",
                pl.when(valid & col("recipient_type").is_in(kinds)).then("recipient_code"),
                pl.when(kind.is_in(kinds)).then("org_code"),
                "county", below="T08", distinct=True,
            )
        )  # fmt: skip
    return out


_DUE = col("due_on") <= col("period_end")

FIGURES: tuple[Figure, ...] = (
    *_ratios("T02", "monthly", "township", """
        insurance_enrolment_rate/target: insured_total / should_insure
        critical_illness_coverage_rate/target: cii_covered / insured_resident
        medical_assistance_rate/target: ma_paid_visits / ma_due_visits
        selfpay_drug_share/target: selfpay_drug_cost / drug_cost
    """),
    *_ratios("T02", "monthly", "county",
             "inpatient_inpolicy_reimb_rate/target: pay_basic + pay_cii + pay_ma / inpolicy_cost"),
    Figure("inpatient_actual_reimb_rate", "target", "monthly", "T02",
           total("pay_basic + pay_cii + pay_ma + pay_other"), col("inpatient_cost"), "county"),
    *_ratios("T03", "weekly", "township", """
        one_stop_settlement_rate/target: onestop_done_week / onestop_due_week
        treat_first_coverage_rate/target: tfpl_done_week / tfpl_due_week
    """),
    *_ratios("T04", "weekly", "township", """
        signing_rate/target: signed_pop / sign_target_pop
        signing_rate/elder: elder_signed / elder_due
        signing_rate/pregnant: pregnant_signed / pregnant_due
        signing_rate/child: child_signed / child_due
        signing_rate/disabled: disabled_signed / disabled_due
        should_sign_rate/target: chronic_signed / chronic_should_sign
        should_sign_rate/htn: htn_signed / htn_due
        should_sign_rate/dm2: dm2_signed / dm2_due
        should_sign_rate/tb: tb_signed / tb_due
        signing_fulfilment_rate/target: service_done / service_due
    """),
    *_ratios("T04", "weekly", "township", "should_sign_rate/smi: smi_signed / smi_due",
             sensitive=True),
    *_ratios("T09", "monthly", "county", """
        county_visit_rate/target: poor_in_county / poor_in_county + poor_out_county
        county_inpatient_share/all: ip_in_county / ip_in_county + ip_out_county
        primary_visit_share/all: op_primary / op_in_county
    """, provisional=2),
    Figure("county_visit_rate", "all", "monthly", "T09", total("op_in_county + ip_in_county"),
           total("op_in_county + op_out_county + ip_in_county + ip_out_county"), "county",
           provisional=2),
    *_ratios("T05", "monthly", "township", """
        major_disease_treat_rate/target: treated / confirmed - removed
        major_disease_oop_share/target: oop_cost / treat_cost
    """, dimension="disease_code"),
    *_chronic("htn_std_mgmt_rate", "htn", "managed"),
    *_chronic("dm2_std_mgmt_rate", "dm2", "managed"),
    *_chronic("tb_systematic_mgmt_rate", "tb", "managed"),
    *_chronic("smi_std_mgmt_rate", "smi", "registered", sensitive=True),
    *_clinics(),
    *_hospitals(),
    Figure("gp_per_10k", "all", "quarterly", "T10", col("gps"), col("resident_pop"), "county",
           below="T01"),
    *_ratios("T10", "quarterly", "county",
             "village_doctor_pension_rate/all: vd_pension / village_doctors"),
    *_ratios("T11", "monthly", "township", """
        maternal_mgmt_rate/all: maternal_managed / live_births
        prenatal_screen_rate/all: prenatal_screened / delivered_women
        newborn_screen_rate/all: newborn_screened / live_births
        hospital_delivery_rate/all: hospital_births / live_births
        premarital_check_rate/all: premarital_checked / registered_couples + registered_couples
        preconception_check_rate/all: precon_checked / precon_target
    """),
    *_ratios("T11", "monthly", "county", """
        pmtct_test_rate/all: pmtct_tested / delivered_women
        pmtct_antenatal_test_rate/all: pmtct_tested_antenatal / delivered_women
    """),
    *_ratios("T11", "quarterly", "county", """
        birth_defect_rate/all: birth_defects / perinatal_births
        pmtct_arv_women_rate/all: hiv_women_arv / hiv_women
        pmtct_arv_infant_rate/all: hiv_infants_arv / hiv_infants
        syphilis_treat_rate/all: syph_women_treated / syph_women
        syphilis_child_rate/all: syph_children_treated / syph_children
        hbig_rate/all: hbv_hbig / hbv_newborns
    """),
    *_ratios("T12", "monthly", "township", """
        nip_vaccination_rate/all: dose_given / dose_due
        hepb_full_rate/all: hepb_full / hepb_due
    """, filer="township"),
    *_ratios("T12", "quarterly", "township", "health_education_rate/target: he_done / he_due",
             filer="township"),
    *_ratios("T12", "yearly", "county",
             "schisto_interrupted_rate/all: schisto_interrupted / schisto_villages",
             filer="township"),
    *_ratios("T12", "quarterly", "county", """
        hiv_followup_rate/all: hiv_followed / hiv_cases
        hiv_art_rate/all: hiv_arv / hiv_cases
        hiv_intervention_rate/all: hiv_interv_done / hiv_interv_due
        hiv_referral_rate/all: referral_done / referral_due
    """, filer="county"),
    *_ratios("T12", "yearly", "county", "malaria_elimination_rate/all: malaria_done / malaria_due",
             filer="county"),
    *_ratios("T13", "monthly", "township", """
        fp_fund_paid_rate/all: fund_paid / fund_due
        fp_timely_rate/all: paid_on_time / reward_people + special_people
        fp_filed_rate/all: special_filed / special_households
        fp_visit_rate/all: special_visited / special_households
        fp_contact_rate/all: contact_assigned / special_households
    """),
    *_ratios("T15", "weekly", "township", """
        relapse_help_rate/target: helped_households / illness_risk_households
        alert_check_rate/target: alerts_checked / alerts_new + alerts_open_prev
        risk_cleared_rate/target: cleared_households / illness_risk_households
    """),
    Figure("rectification_rate", "all", "weekly", "T16",
           where((col("status") == "已销号") & _DUE), where(_DUE), dimension="source"),
    *_ratios("T17", "monthly", "county",
             "data_match_error_rate/all: confirmed_people / matched_people",
             dimension="suspicion"),
    Figure("report_on_time_rate", "all", "weekly", "filings",
           where(col("on_time")), ONE, dimension="table_id"),
    *_ratios("T19", "monthly", "township", "ledger_update_rate/all: ledger_updated / ledger_due"),
    *_ratios("T18", "monthly", "county", "fund_spent_rate/all: spent / budget",
             dimension="fund_source"),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What was filed, where, and who had to.

    tables       table id -> raw rows as stored (with the ancestors' codes).
    areas        the register; obligations: table_id, unit_code, valid_from, valid_to, due_days.
    """

    tables: Mapping[str, pl.DataFrame]
    areas: pl.DataFrame
    obligations: pl.DataFrame
    _units: dict[str, pl.DataFrame] = field(default_factory=dict)
    _rolled: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def places(self) -> pl.DataFrame:
        """Every stored area with its ancestors: atom, and area for itself and each above."""
        stored = self.areas.filter(col("level").is_in(LEVELS))
        return pl.concat(
            stored.select(atom="area_code", level=pl.lit(level), area=f"{level}_code")
            for level in LEVELS
        ).filter(col("area").is_not_null())

    def obliged(self, table: str, level: str = "") -> pl.DataFrame:
        """Obligations of a report; of all reports for `filings`."""
        mine = self.obligations.filter((col("table_id") == table) | (table == "filings"))
        if level:
            counties = self.areas.filter(col("level") == "county")["area_code"].implode()
            is_county = col("unit_code").is_in(counties)
            mine = mine.filter(is_county if level == "county" else ~is_county)
        return mine

    def units(self, table: str) -> pl.DataFrame:
        """atom -> unit: the nearest obliged area at or above it, else the usual level's."""
        if table not in self._units:
            obliged = set(self.obliged(table)["unit_code"])
            usual = LEVELS[table in BY_COUNTY :]
            rows = []
            for place in self.areas.filter(col("level").is_in(LEVELS)).to_dicts():
                line = [place[f"{level}_code"] for level in LEVELS]
                known = [code for code in line if code in obliged]
                fallback = place[f"{usual[0]}_code"] or place["area_code"]
                rows.append((place["area_code"], known[0] if known else fallback))
            if table == "filings":
                rows = [(atom, atom) for atom, _ in rows]
            self._units[table] = pl.DataFrame(rows, schema=["atom", "unit"], orient="row")
        return self._units[table]

    # -- periods ---------------------------------------------------------------------------

    def span(self, figure: Figure) -> list[Period]:
        """The periods that can have a value, ascending."""
        if figure.table == "filings":
            days = pl.concat(
                self.tables[table].select("period_start", "period_end")
                for table in self._filing_tables()
            )
            first, last = days["period_start"].min(), days["period_end"].max()
            return _between(containing("weekly", first), containing("weekly", last))
        table = _table_of(figure.table)
        if table not in self.tables:
            return []
        filed = self._filed(table)
        newest = filed[-1]
        if table in REGISTER_KEYS:
            # A register is carried as far as anything of its frequency was filed.
            newest = max(
                self._filed(name)[-1]
                for name in self.tables
                if frequency_of(name) == frequency_of(table)
            )
        first = _own(filed[0], figure.frequency)
        if figure.below:
            first = max(first, _own(self._filed(figure.below)[0], figure.frequency))
        last = _own(newest, figure.frequency)
        if _last_part(last, frequency_of(table)) > newest:
            last = last.previous()
        return _between(first, last)

    def _filed(self, table: str) -> list[Period]:
        return sorted(Period.parse(text) for text in self.tables[table]["period"].unique())

    # -- rows of a period ------------------------------------------------------------------

    def rows(self, figure: Figure) -> pl.DataFrame:
        """The rows that count for each period of the figure: `p` (ordinal), atom and columns."""
        key = (figure.table, figure.frequency)
        if key not in self._rolled:
            periods = self.span(figure)
            if figure.table == "filings":
                rows = self._filings(periods)
            elif figure.table in ("clinics", "villages"):
                rows = self._clinic_rows(figure.table, periods)
            elif figure.table in REGISTER_KEYS:
                rows = self._carried(figure.table, periods)
            else:
                rows = self._as_filed(figure.table, figure.frequency, periods)
            if "atom" not in rows.columns:
                rows = rows.with_columns(atom=pl.coalesce(ANCESTORS))
            self._rolled[key] = rows
        return self._rolled[key]

    def _as_filed(self, table: str, frequency: str, periods: Sequence[Period]) -> pl.DataFrame:
        """Rows of each period, or of the last sub-period of a longer one.

        All longer periods of the product are made of stocks, states and running totals.
        """
        parts = pl.DataFrame(
            [(_last_part(p, frequency_of(table)).text, p.ordinal, p.end) for p in periods],
            schema={"period": pl.String, "p": pl.Int64, "end": pl.Date},
            orient="row",
        )
        rows = self.tables[table].filter(~col("is_removed")).join(parts, on="period")
        return rows.with_columns(period_end="end", carried=pl.lit(False)).drop("end")

    def _carried(self, table: str, periods: Sequence[Period]) -> pl.DataFrame:
        """The newest row of each key on each period's last day, gone rows left out."""
        raw = self.tables[table].sort("period_end")
        out = []
        for period in periods:
            last = _last_part(period, frequency_of(table))
            state = (
                raw.filter(col("period_end") <= period.end)
                .unique(REGISTER_KEYS[table], keep="last", maintain_order=True)
                .filter(~col("is_removed"))
            )
            if table == "T17":
                state = _last_batches(state, raw)
            out.append(
                state.with_columns(
                    p=pl.lit(period.ordinal),
                    carried=col("period_end") < last.end,
                    filed_end="period_end",
                    period_end=pl.lit(period.end),
                )
            )
        return pl.concat(out)

    def _newest_of_units(self, table: str, periods: Sequence[Period]) -> pl.DataFrame:
        """Each unit's newest filing up to each period's end, not older than a year."""
        raw = (
            self.tables[table]
            .filter(~col("is_removed"))
            .with_columns(atom=pl.coalesce(ANCESTORS))
            .join(self.units(table), on="atom")
        )
        out = []
        for period in periods:
            last = _last_part(period, frequency_of(table))
            usable = raw.filter(
                (col("period_end") <= period.end)
                & (col("period_end") > period.end - timedelta(days=366))
            )
            newest = usable.filter(col("period_end") == col("period_end").max().over("unit"))
            out.append(
                newest.with_columns(
                    p=pl.lit(period.ordinal),
                    carried=col("period_end") < last.end,
                    period_end=pl.lit(period.end),
                )
            )
        return pl.concat(out)

    # -- village clinics (rules.md 7), one by one in plain Python --------------------------

    def _clinic_rows(self, view: str, periods: Sequence[Period]) -> pl.DataFrame:
        clinics: list[dict] = []
        villages: list[dict] = []
        listed = {row["area_code"]: row for row in self._villages.to_dicts()}
        counties = {row["county_code"] for row in listed.values()}
        unit_of = dict(self.units("T07").iter_rows())
        for (number,), rows in self._carried("T07", periods).group_by("p"):
            carried: dict[str, bool] = {}
            by_village: dict[str, list[dict]] = {}
            for row in rows.to_dicts():
                atom = next(row[name] for name in ANCESTORS if row[name] is not None)
                carried[unit_of[atom]] = carried.get(unit_of[atom], True) and row["carried"]
                build = row["build_state"] or "已投用"
                if build == "停用":
                    continue
                clinic = row | {"atom": atom, "is_open": build != "在建"}
                by_village.setdefault(row["village_code"], []).append(clinic)
            day = rows["period_end"][0]
            living = {code: place for code, place in listed.items() if _is_in(place, day)}
            for code, those in by_village.items():
                people = [clinic["service_pop"] for clinic in those]
                exempt = sum(n for n in people if n is not None) <= SMALL_VILLAGE
                for clinic in those:
                    clinic["status"] = "不作要求" if exempt else _status(clinic)
                if code in living or those[0]["county_code"] not in counties:
                    clinics += those
            having = {clinic["atom"] for clinic in clinics if clinic["p"] == number}
            for atom in sorted(self.with_villages(day) - having):
                if unit_of[atom] in carried:  # filed, and no clinic in it: 0 of 0
                    gone = {"place": atom, "carried": carried[unit_of[atom]], "p": number}
                    clinics.append(dict.fromkeys(_CLINIC_SCHEMA) | gone | {"atom": atom})
            for code, place in living.items():
                atom = place["township_code"]
                if unit_of[atom] in carried:
                    mine = by_village.get(code, [])
                    villages.append({"p": number, "atom": atom, "place": code} | _village(mine))
        if view == "villages":
            return pl.DataFrame(villages, schema=_CLINIC_SCHEMA)
        for clinic in clinics:
            clinic["is_poor_village"] = bool(clinic["is_poor_village"])
            clinic["clinic_ok"] = clinic["doctor_ok"] = None  # asked of villages
            clinic.setdefault("place", clinic.get("village_code"))
        return pl.DataFrame(
            [{name: clinic[name] for name in _CLINIC_SCHEMA} for clinic in clinics],
            schema=_CLINIC_SCHEMA,
        )

    @cached_property
    def _villages(self) -> pl.DataFrame:
        return self.areas.filter((col("level") == "village") & (col("kind") == "village"))

    def with_villages(self, day: date) -> set[str]:
        """Places that have a village on a day, or whose county has none in the register at all."""
        counties = set(self._villages["county_code"])
        found = set()
        for place in self.areas.to_dicts():
            is_blank = place["county_code"] is not None and place["county_code"] not in counties
            is_village = place["level"] == "village"
            if is_blank if not is_village else place["kind"] == "village" and _is_in(place, day):
                found |= {place[name] for name in ANCESTORS if place[name] is not None}
        return found

    # -- reports in time -------------------------------------------------------------------

    def _filing_tables(self) -> list[str]:
        obliged = set(self.obligations["table_id"])
        return [t for t in sorted(self.tables) if t in obliged and t not in REGISTER_KEYS]

    def _filings(self, periods: Sequence[Period]) -> pl.DataFrame:
        """One row per report that fell due in each week."""
        out = []
        for table in self._filing_tables():
            raw = self.tables[table].with_columns(atom=pl.coalesce(ANCESTORS))
            first_in = dict(
                raw.join(self.units(table), on="atom")
                .group_by(pl.concat_str("unit", "period", separator=" "))
                .agg(col("first_imported").min())
                .iter_rows()
            )
            filed = self._filed(table)
            for duty in self.obliged(table).to_dicts():
                for period in _between(filed[0], filed[-1]):
                    due = period.end + timedelta(days=duty["due_days"])
                    week = containing("weekly", due)
                    valid = duty["valid_from"] <= period.end <= (duty["valid_to"] or FOREVER)
                    if valid and periods[0] <= week <= periods[-1]:
                        came = first_in.get(f"{duty['unit_code']} {period.text}")
                        on_time = came is not None and came <= due
                        out.append((week.ordinal, duty["unit_code"], table, on_time, False))
        schema = ["p", "atom", "table_id", "on_time", "carried"]
        return pl.DataFrame(out, schema=schema, orient="row")

    # -- figures ---------------------------------------------------------------------------

    def atoms(self, figure: Figure) -> pl.DataFrame:
        """p, atom, unit, dim, n, d, carried: what was filed, by the smallest stored area."""
        if figure.below:
            return self._from_two(figure)
        rows = self.rows(figure)
        parts = rows.with_columns(
            n=figure.numerator,
            d=pl.lit(0) if figure.denominator is None else figure.denominator,
        )
        out = []
        for dim in ("", figure.dimension) if figure.dimension else ("",):
            keyed = parts.with_columns(dim=col(dim) if dim else pl.lit(""))
            keyed = keyed.filter(col("dim").is_not_null())
            if figure.distinct:
                keyed = keyed.with_columns(atom=pl.coalesce(ANCESTORS[1:]))
                sums = [col("n").drop_nulls().n_unique(), col("d").drop_nulls().n_unique()]
            else:
                keyed = keyed.filter(col("n").is_not_null() & col("d").is_not_null())
                sums = [col("n").sum(), col("d").sum()]
            out.append(
                keyed.group_by("p", "atom", "dim").agg(
                    *(part.cast(pl.Decimal(38, 4)) for part in sums), col("carried").any()
                )
            )
        found = pl.concat(out).join(self.units(_table_of(figure.table)), on="atom")
        if figure.denominator is None:
            found = found.with_columns(d=pl.lit(None, dtype=pl.Decimal(38, 4)))
        return found

    def of_villages(self, figure: Figure) -> pl.DataFrame:
        """p, place, n, d: what each village's own rows come to."""
        rows = self.rows(figure)
        if "place" not in rows.columns:
            rows = rows.with_columns(place="area_code")
        parts = rows.filter(col("place").str.len_chars() == VILLAGE_CODE).with_columns(
            n=figure.numerator,
            d=pl.lit(0) if figure.denominator is None else figure.denominator,
        )
        parts = parts.filter(col("n").is_not_null() & col("d").is_not_null())
        sums = parts.group_by("p", "place").agg(col("n", "d").sum().cast(pl.Decimal(38, 4)))
        if figure.denominator is None:
            return sums.with_columns(d=pl.lit(None, dtype=pl.Decimal(38, 4)))
        return sums

    def _from_two(self, figure: Figure) -> pl.DataFrame:
        """Counties that filed the numerator's report and enough of the denominator's."""
        periods = self.span(figure)
        above = self.rows(figure).with_columns(value=figure.numerator)
        below = self._newest_of_units(figure.below, periods).with_columns(value=figure.denominator)
        sides = []
        for rows in (above, below):
            if figure.distinct:
                made = col("value").drop_nulls().n_unique()
            else:
                rows = rows.filter(col("value").is_not_null())
                made = col("value").sum()
            sides.append(
                rows.group_by("p", atom="county_code").agg(
                    made.cast(pl.Decimal(38, 4)).alias("value"), col("carried").any()
                )
            )
        counties = self.areas.filter(col("level").is_in(LEVELS)).select(
            unit_code="area_code", county="county_code"
        )
        needed = self.obliged(figure.below).join(counties, on="unit_code")
        needed = needed.group_by(atom="county").agg(needed=col("unit_code").n_unique())
        came = below.group_by("p", atom="county_code").agg(came=col("unit").n_unique())
        return (
            sides[0]
            .join(sides[1], on=["p", "atom"], suffix="_d")
            .join(came, on=["p", "atom"])
            .join(needed, on="atom", how="left")
            .filter(col("came") * 100 >= 90 * col("needed").fill_null(0))
            .select(
                "p", "atom", dim=pl.lit(""), n="value", d="value_d", unit="atom",
                carried=col("carried") | col("carried_d"),
            )
        )  # fmt: skip


_CLINIC_SCHEMA = {
    "p": pl.Int64,
    "atom": pl.String,
    "place": pl.String,
    "status": pl.String,
    "clinic_ok": pl.Boolean,
    "doctor_ok": pl.Boolean,
    "is_poor_village": pl.Boolean,
    "carried": pl.Boolean,
}


def _is_in(place: dict, day: date) -> bool:
    return (place["valid_from"] or date.min) <= day <= (place["valid_to"] or FOREVER)


def _status(clinic: dict) -> str:
    if not clinic["is_open"]:
        return "在建"
    if clinic["service_mode"] != "自有":
        return clinic["service_mode"]
    rooms = ("has_consult", "has_treatment", "has_publichealth", "has_pharmacy")
    licence = clinic["licence_until"] or date.min
    equipped = (
        (clinic["floor_area"] or 0) >= LARGE_CLINIC
        and all(clinic[room] for room in rooms)
        and (clinic["qualified_doctors"] or 0) >= 1
    )
    then, now = (equipped and licence >= clinic[day] for day in ("filed_end", "period_end"))
    filed = clinic["is_standard"]
    overruled = filed is not None and filed != then and bool((clinic["remark"] or "").strip())
    # The licence that ran out since is another fact than the reason was given for.
    same_facts = not clinic["filed_end"] <= licence < clinic["period_end"]
    return "达标" if (filed if overruled and same_facts else now) else "未达标"


def _village(clinics: list[dict]) -> dict:
    having = {clinic["status"] for clinic in clinics}
    order = ("不作要求", "达标", "未达标", "派驻", "巡诊", "邻村延伸", "在建")
    comes = {"派驻", "巡诊"}
    doctor = any(
        (clinic["qualified_doctors"] or 0) >= 1
        or (clinic["is_open"] and clinic["service_mode"] == "邻村延伸")
        or (
            clinic["is_open"]
            and clinic["service_mode"] in comes
            and (clinic["posting_days"] or 0) > 0
        )
        for clinic in clinics
    )
    return {
        "status": next((status for status in order if status in having), "未设置"),
        "clinic_ok": any(clinic["is_open"] for clinic in clinics),
        "doctor_ok": doctor,
        "is_poor_village": any(clinic["is_poor_village"] for clinic in clinics),
        "carried": bool(clinics) and all(clinic["carried"] for clinic in clinics),
    }


# -- adding up, coverage, comparisons ---------------------------------------------------------

KEY = ["period", "area_code", "dimension"]
COMPARED = (
    "numerator", "denominator", "units_expected", "units_reported", "units_carried",
    "provisional", "masked",
    "prev_numerator", "prev_denominator", "prev_self_numerator", "prev_self_denominator",
    "prev_units", "prev_units_differ",
    "yoy_numerator", "yoy_denominator", "yoy_self_numerator", "yoy_self_denominator", "yoy_units",
    "yoy_units_differ", "missing_units",
)  # fmt: skip
_COUNTS = ["units_expected", "units_reported", "units_carried", "prev_units", "yoy_units"]
_NEIGHBOURS = ("prev", "next", "year", "next_year")
NAMED_AT_MOST = 3


def reference(world: World, figure: Figure, levels: Sequence[str] = LEVELS) -> pl.DataFrame:
    """All rows of a figure as they should be stored.

    returns  period, area_code, dimension and COMPARED; amounts as Decimal(18, 4).
    """
    periods = world.span(figure)
    shown = [level for level in levels if level != "township" or figure.lowest == "township"]
    atoms = world.atoms(figure).join(_calendar(periods), on="p")
    units = atoms.filter(col("dim") == "").group_by("p", "unit").agg(col("carried").any())
    atoms = _flagged(atoms, units)
    units = _flagged(units.join(_calendar(periods), on="p"), units)
    up = world.places.filter(col("level").is_in(shown))
    owing = _owing(world, figure, periods, units)
    expected = _expected(world, figure, periods, units, up, owing)
    sums = atoms.join(up, on="atom").filter((col("dim") == "") | (col("level") != "township"))
    by = ["p", "area", "dim"]
    parts = sums.group_by(by).agg(_sum("n", pl.lit(True)), _sum("d", pl.lit(True)))
    for name, flag in (
        ("prev_self", "in_prev"),
        ("yoy_self", "in_year"),
    ):
        parts = parts.join(
            sums.group_by(by).agg(
                _sum("n", col(flag)).alias(f"{name}_n"), _sum("d", col(flag)).alias(f"{name}_d")
            ),
            on=by,
        )
    for name, flag, base in (("prev", "in_next", "before"), ("yoy", "in_next_year", "last_year")):
        earlier = sums.group_by(by).agg(
            _sum("n", col(flag)).alias(f"{name}_n"), _sum("d", col(flag)).alias(f"{name}_d")
        )
        parts = parts.join(_calendar(periods).select("p", base), on="p").join(
            earlier.rename({"p": base}), on=[base, "area", "dim"], how="left"
        )
    counted = (
        units.rename({"unit": "atom"})
        .join(up, on="atom")
        .group_by("p", "area")
        .agg(
            units_reported=pl.len(),
            units_carried=col("carried").sum(),
            prev_units=col("in_prev").sum(),
            yoy_units=col("in_year").sum(),
            **{f"alone_{name}": (~col(f"in_{name}")).any() for name in _NEIGHBOURS},
        )
    )
    for base, after in (("before", "next"), ("last_year", "next_year")):
        # Whoever filed in the base period and not in this one makes a difference as well.
        earlier = counted.select("area", col("p").alias(base), lost=f"alone_{after}")
        counted = (
            counted.join(_calendar(periods).select("p", base), on="p")
            .join(earlier, on=["area", base], how="left")
            .rename({"lost": f"lost_{base}"})
            .drop(base)
        )
    rows = parts.join(expected, on=["p", "area"], how="full", coalesce=True)
    rows = rows.join(counted, on=["p", "area"], how="left").with_columns(
        col("dim").fill_null(""),
        is_silent=col("n").is_null(),
    )
    # An area below the unit that files for it has that one report, or none.
    lone = col("is_silent").not_()
    rows = rows.with_columns(
        col("units_expected").fill_null(1),
        col("units_reported").fill_null(lone.cast(pl.Int64)),
        col("units_carried").fill_null(0),
        col("prev_units").fill_null((lone & col("prev_n").is_not_null()).cast(pl.Int64)),
        col("yoy_units").fill_null((lone & col("yoy_n").is_not_null()).cast(pl.Int64)),
    )
    for kind, name, base in (("prev", "prev", "before"), ("yoy", "year", "last_year")):
        differ = (col(f"alone_{name}") | col(f"lost_{base}")).fill_null(False)
        rows = rows.with_columns(
            pl.when(col(f"{kind}_n").is_not_null()).then(differ).alias(f"{kind}_units_differ")
        )
    absent = _absent(world, owing, units, up)
    rows = rows.join(absent, on=["p", "area", "dim"], how="left")
    newest = sorted(period.ordinal for period in periods)[-figure.provisional :]
    rows = rows.with_columns(
        provisional=(
            col("p").is_in(newest) & ~col("is_silent") if figure.provisional else pl.lit(False)
        ),
        masked=pl.lit(False),
    )
    names = {"n": "numerator", "d": "denominator"}
    for kind in ("prev", "prev_self", "yoy", "yoy_self"):
        names |= {f"{kind}_n": f"{kind}_numerator", f"{kind}_d": f"{kind}_denominator"}
    rows = rows.rename(names | {"area": "area_code", "dim": "dimension"})
    if figure.sensitive:
        rows = _masked(rows, world.areas)
    texts = pl.DataFrame({"p": [q.ordinal for q in periods], "period": [q.text for q in periods]})
    rows = rows.join(texts, on="p")
    amounts = [name for name in COMPARED if name.endswith("ator")]
    return rows.select(*KEY, *COMPARED).with_columns(
        col(amounts).cast(pl.Decimal(18, 4)),
        col(_COUNTS).cast(pl.Int32),
    )


def _sum(name: str, flag: pl.Expr) -> pl.Expr:
    """The sum over flagged rows; null without any, unlike a plain sum."""
    chosen = col(name).filter(flag & col(name).is_not_null())
    return pl.when(chosen.len() > 0).then(chosen.sum()).alias(name)


def _flagged(rows: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Whether a row's unit also filed in the period before, after, a year before, a year after."""
    known = units.select("p", "unit", there=pl.lit(True))
    for name, other in (
        ("in_prev", "before"),
        ("in_next", "after"),
        ("in_year", "last_year"),
        ("in_next_year", "next_year"),
    ):
        rows = rows.join(known.rename({"p": other, "there": name}), on=[other, "unit"], how="left")
    return rows.with_columns(col("^in_.*$").fill_null(False))


def _calendar(periods: Sequence[Period]) -> pl.DataFrame:
    """Ordinals of the neighbours of each period: before, after, last_year, next_year."""
    years = {p.ordinal: q.ordinal for p in periods if (q := p.same_last_year()) is not None}
    following = {old: new for new, old in years.items()}
    return pl.DataFrame(
        {
            "p": [p.ordinal for p in periods],
            "before": [p.ordinal - 1 for p in periods],
            "after": [p.ordinal + 1 for p in periods],
            "last_year": [years.get(p.ordinal) for p in periods],
            "next_year": [following.get(p.ordinal) for p in periods],
        },
        schema=dict.fromkeys(["p", "before", "after", "last_year", "next_year"], pl.Int64),
    )


def _owing(
    world: World, figure: Figure, periods: Sequence[Period], units: pl.DataFrame
) -> dict[int, tuple[pl.Series, pl.Series]]:
    """Obliged units of each period, and the others that filed in the last three periods."""
    duties = world.obliged(_table_of(figure.table), figure.filer)
    if figure.below:
        counties = world.areas.filter(col("level").is_in(LEVELS)).select(
            unit_code="area_code", county="county_code"
        )
        duties = duties.join(counties, on="unit_code").with_columns(unit_code="county")
    ever = duties["unit_code"].unique().implode()
    free = units.filter(~col("unit").is_in(ever)).select("p", "unit")
    out = {}
    for period in periods:
        open_now = duties.filter(
            (col("valid_from") <= period.end) & (col("valid_to").fill_null(FOREVER) >= period.end)
        )["unit_code"]
        if _table_of(figure.table) == "T07":
            open_now = open_now.filter(open_now.is_in(list(world.with_villages(period.end))))
        lately = free.filter(col("p").is_between(period.ordinal - 2, period.ordinal))["unit"]
        out[period.ordinal] = open_now.unique(), lately.unique()
    return out


def _absent(
    world: World,
    owing: Mapping[int, tuple[pl.Series, pl.Series]],
    units: pl.DataFrame,
    up: pl.DataFrame,
) -> pl.DataFrame:
    """p, area, dim, missing_units: who below the area did not file, where it is few."""
    owed = pl.concat(
        pl.DataFrame(
            {"p": [p] * len(group), "unit": group}, schema=units.select("p", "unit").schema
        )
        for p, groups in owing.items()
        for group in groups
    )
    return (
        owed.join(units, on=["p", "unit"], how="anti")
        .join(up, left_on="unit", right_on="atom")
        .filter(col("unit") != col("area"))
        .join(world.areas.select(unit="area_code", name="name"), on="unit")
        .sort("unit")
        .group_by("p", "area", maintain_order=True)
        .agg(missing_units=col("name").str.join("、"), missing=pl.len())
        .filter(col("missing") <= NAMED_AT_MOST)
        .select("p", "area", "missing_units", dim=pl.lit(""))
    )


def _expected(
    world: World,
    figure: Figure,
    periods: Sequence[Period],
    units: pl.DataFrame,
    up: pl.DataFrame,
    owing: Mapping[int, tuple[pl.Series, pl.Series]],
) -> pl.DataFrame:
    """p, area, units_expected: obliged units, and others that filed in the last three periods."""
    out = []
    for period in periods:
        open_now, lately = owing[period.ordinal]
        could = set(up["area"])
        if _table_of(figure.table) == "T07":
            could = world.with_villages(period.end)
        for area, group in (("obliged", open_now), ("free", lately)):
            inside = up.filter(col("atom").is_in(group.implode()))
            out.append(
                inside.group_by("area")
                .agg(units=col("atom").n_unique(), obliged=pl.lit(area == "obliged").first())
                .with_columns(p=pl.lit(period.ordinal))
            )
        # A township whose county files for it is owed that one report.
        townships = up.filter((col("level") == "township") & (col("atom") == col("area")))
        parents = world.areas.select(
            area="area_code", county="county_code", township="township_code"
        )
        under = townships.join(parents, on="area").filter(
            col("area").is_in(list(could))
            & col("county").is_in(open_now.implode())
            & ~col("area").is_in(open_now.implode())
        )
        out.append(
            under.select(
                "area", units=pl.lit(1, dtype=pl.UInt32), obliged=pl.lit(True),
                p=pl.lit(period.ordinal),
            )
        )  # fmt: skip
    found = pl.concat([frame.with_columns(col("p").cast(pl.Int64)) for frame in out])
    sums = found.group_by("p", "area").agg(
        units_expected=col("units").sum(), obliged=col("obliged").any()
    )
    # Where nobody is obliged, a period without a report leaves no row.
    filed = units.rename({"unit": "atom"}).join(up, on="atom").select("p", "area").unique()
    return pl.concat(
        [
            sums.filter(col("obliged")),
            sums.filter(~col("obliged")).join(filed, on=["p", "area"], how="semi"),
        ]
    ).drop("obliged")


def _masked(rows: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Hide small numbers of townships, and one more where only one is hidden in its county."""
    above = dict(areas.select("area_code", "county_code").iter_rows())
    levels = dict(areas.select("area_code", "level").iter_rows())
    hidden: set[tuple[int, str]] = set()
    groups: dict[tuple[int, str], list[tuple]] = {}
    for row in rows.filter(col("numerator").is_not_null()).to_dicts():
        if levels[row["area_code"]] == "township":
            size = min(row["numerator"], row["denominator"])
            entry = (size < MASK_BELOW, row["denominator"], row["area_code"])
            groups.setdefault((row["p"], above[row["area_code"]]), []).append(entry)
    for (p, _), those in groups.items():
        small = [entry for entry in those if entry[0]]
        others = sorted(entry for entry in those if not entry[0])
        if len(small) == 1:
            small += others[:1]
        hidden |= {(p, entry[2]) for entry in small}
    marks = pl.DataFrame(
        sorted(hidden), schema={"p": pl.Int64, "area_code": pl.String}, orient="row"
    ).with_columns(hide=pl.lit(True))
    rows = rows.join(marks, on=["p", "area_code"], how="left").with_columns(
        masked=col("hide").fill_null(False)
    )
    townships = [code for code, level in levels.items() if level == "township"]
    compared = [
        n for n in COMPARED if n.startswith(("prev", "yoy")) and n.endswith(("ator", "differ"))
    ]
    return rows.with_columns(
        *(
            pl.when(~col("masked")).then(col(name)).alias(name)
            for name in ("numerator", "denominator")
        ),
        *(
            pl.when(~col("area_code").is_in(townships)).then(col(name)).alias(name)
            for name in compared
        ),
    )


# -- comparing --------------------------------------------------------------------------------


def differences(expected: pl.DataFrame, found: pl.DataFrame) -> Iterator[str]:
    """What two frames of KEY and COMPARED do not agree on, as lines to read."""
    found = found.select(*KEY, *COMPARED).with_columns(col(_COUNTS).cast(pl.Int32))
    for words, one, other in (
        ("missing", expected, found),
        ("not expected", found, expected),
    ):
        for row in one.join(other, on=KEY, how="anti").sort(KEY).head(4).to_dicts():
            filled = {name: str(value) for name, value in row.items() if value is not None}
            yield f"{words}: {filled}"
    both = expected.join(found, on=KEY, suffix="_found")
    for name in COMPARED:
        odd = both.filter(col(name).ne_missing(col(f"{name}_found"))).sort(KEY)
        for row in odd.head(3).to_dicts():
            place = " ".join(row[key] for key in KEY)
            yield (
                f"{name} at {place}: {row[name]} by the rules, {row[f'{name}_found']} derived "
                f"({odd.height} such)"
            )


def _table_of(table: str) -> str:
    return "T07" if table in ("clinics", "villages") else table


def _own(period: Period, frequency: str) -> Period:
    return period if period.frequency == frequency else period.within(frequency)


def _last_part(period: Period, frequency: str) -> Period:
    """The last sub-period that belongs to the period; itself at the same frequency."""
    if period.frequency == frequency:
        return period
    part = containing(frequency, period.end)
    return part if part.within(period.frequency) == period else part.previous()


def _between(first: Period, last: Period) -> list[Period]:
    return [Period(first.frequency, n) for n in range(first.ordinal, last.ordinal + 1)]
