"""What people put on record: statements, factors, targets, rules, tasks; all dated, none erased."""
