"""HubEE, the State's hub that hands the online requests of citizens to communes: the receiver's side."""
