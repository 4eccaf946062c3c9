"""The interface for programs: cases, tasks, clocks and events under /api/v1/, and webhooks."""
