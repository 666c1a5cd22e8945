// 汇报模式: one sheet at a time over the whole window; keys, buttons, overview, details.
// The sheets come from the program, where everything from data is escaped.

const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " "];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];
const CLOSE = ["Escape", "Backspace"];
const BLANK = ["b", "B", "."]; // what the black-screen button of a remote sends
const FULL = ["f", "F", "F5"]; // F5 is its start button

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const deck = parentElement.querySelector(".deck");
  if (deck.dataset.made !== data.made) {
    deck.querySelector(".sheets").innerHTML = data.sheets;
    deck.querySelector(".details").innerHTML = data.details;
    deck.dataset.made = data.made;
  }
  const sheets = [...deck.querySelectorAll(".sheet")];
  const last = sheets.length - 1;
  let page = Math.min(Math.max(Number((location.hash.match(/^#p(\d+)$/) || [])[1] || 1) - 1, 0), last);

  const detail = () => deck.querySelector(".deck-detail.open");

  function show(number) {
    page = Math.min(Math.max(number, 0), last);
    sheets.forEach((sheet, index) => sheet.classList.toggle("current", index === page));
    history.replaceState(history.state, "", `${location.pathname}${location.search}#p${page + 1}`);
    deck.querySelector("[data-do=back]").disabled = page === 0;
    deck.querySelector("[data-do=next]").disabled = page === last;
  }

  function overview(open) {
    deck.classList.toggle("overview", open);
    if (open) sheets[page].scrollIntoView({ block: "center" });
    else deck.scrollTop = 0;
  }

  function close() {
    const open = detail();
    if (open) open.classList.remove("open");
    deck.focus({ preventScroll: true });
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  function leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    history.replaceState(history.state, "", `${location.pathname}${location.search}`);
    setTriggerValue("leave", true);
  }

  const actions = {
    back: () => show(page - 1),
    next: () => show(page + 1),
    overview: () => overview(!deck.classList.contains("overview")),
    full,
    leave,
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (deck.classList.contains("blank")) {
      deck.classList.remove("blank"); // whatever is pressed, the page comes back as it was
    } else if (CLOSE.includes(key)) {
      // One step back each time: from an area, from the overview, from the presentation.
      if (detail()) close();
      else if (deck.classList.contains("overview")) overview(false);
      else if (key === "Escape") leave();
    } else if (detail()) {
      return; // the detail scrolls by itself
    } else if (key === " " && event.target.closest("button")) {
      return; // the space bar presses the button that has the focus
    } else if (NEXT.includes(key)) show(page + 1);
    else if (BACK.includes(key)) show(page - 1);
    else if (key === "Home") show(0);
    else if (key === "End") show(last);
    else if (key === "o" || key === "O") actions.overview();
    else if (BLANK.includes(key)) deck.classList.add("blank");
    else if (FULL.includes(key)) full();
    else return;
    if (deck.classList.contains("overview")) sheets[page].scrollIntoView({ block: "nearest" });
    event.preventDefault();
    event.stopPropagation();
  }

  function onClick(event) {
    if (deck.classList.contains("blank")) return deck.classList.remove("blank");
    const button = event.target.closest("[data-do]");
    if (button) return actions[button.dataset.do]();
    if (event.target.closest(".deck-back")) return close();
    const sheet = event.target.closest(".sheet");
    if (!sheet) return;
    if (deck.classList.contains("overview")) {
      show(sheets.indexOf(sheet));
      overview(false);
      return;
    }
    const place = event.target.closest("[data-area]");
    const found = place && place.dataset.area
      && deck.querySelector(`[data-detail="${CSS.escape(place.dataset.area)}"]`);
    if (!found) return;
    found.classList.add("open");
    found.scrollTop = 0;
    found.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", onKey, true);
  deck.addEventListener("click", onClick);
  show(page);
  deck.focus({ preventScroll: true });
  return () => {
    document.removeEventListener("keydown", onKey, true);
    deck.removeEventListener("click", onClick);
  };
}
