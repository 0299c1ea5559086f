export const data = [
  {"model": "example-opus-5", "elo": 1508, "input_price": 10.0, "output_price": 50.0, "cheapest_provider": "Anthropic", "votes": 4366, "organization": "Anthropic"},
  {"model": "example-3-pro", "elo": 1486, "input_price": 2.0, "output_price": 12.0, "cheapest_provider": "Google", "votes": 81000, "organization": "Google"}
];
