// LLM model data
const dataLastUpdated = "2025-05-27 15:10:47";
const data = [
  { model: "Example-2.5-Pro", elo: 1446, price: 1.25, provider: "Google" },
  { model: "Example R1", elo: 1360, price: 0.55, provider: "DeepSeek" },
];
