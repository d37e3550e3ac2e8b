"""What Tocsin knows and decides: values in, values out; no clock, no SQL, no Slack, standard library only."""
