const CHART_DATA_HIGHEST = {
 "OpenAI": [
  {
   "date": "2023-12-06",
   "model_name": "example-4-0314",
   "rating": 1124.5
  }
 ],
 "GLM": [
  {
   "date": "2026-07-10",
   "model_name": "example-5.1",
   "rating": 1467.5
  }
 ]
};
const CHART_DATA_LATEST = {
 "OpenAI": [
  {
   "date": "2023-12-06",
   "model_name": "example-4-0314",
   "rating": 1124.5
  },
  {
   "date": "2026-07-10",
   "model_name": "example-5.5",
   "rating": 1468.75
  }
 ]
};
