"""The parts of 报送与质量 and 整改与督导: what a data steward works with."""
