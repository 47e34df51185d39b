"""How each modeller writes what BPMN leaves open; each dialect reads one node into our own words."""
