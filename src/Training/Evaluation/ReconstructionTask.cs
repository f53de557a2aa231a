namespace GeneratingImages.Training;

/// <summary>What a model is asked to do.</summary>
public enum ReconstructionTask
{
    /// <summary>The whole image is given, and to be given back.</summary>
    Rebuild,

    /// <summary>The upper rows are given, the whole image is asked for.</summary>
    Complete,
}
