namespace GeneratingImages.Bench;
static class Program { static void Main() { } }
