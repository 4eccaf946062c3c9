"""Papers of a case: drafted from templates, reviewed, numbered, issued, served; and referrals to others."""
