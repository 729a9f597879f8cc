"""The newsroom's rules without Django: what pasted text means, what saving it would do."""
