"""The parts of 区划对比: an area beside another one and among its like."""
