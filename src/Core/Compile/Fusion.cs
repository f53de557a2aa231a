namespace GeneratingImages.Core;

/// <summary>Placeholder.</summary>
public static class Fusion;
