"""What `streams setup` brings to Kibana: data views, saved searches and dashboards, made from code."""
