"""From a study's tables to what others read: the report in one HTML file, and the exports."""
