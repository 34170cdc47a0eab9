"""Who is a pekerja rentan: rule sets as configuration, with a reason in words for everybody."""
