"""The parts of the page 「建立本单位数据仓」: its steps, and the stores that the machine knows."""
