namespace GeneratingImages.Runner;
static class Program { static int Main() => 0; }
