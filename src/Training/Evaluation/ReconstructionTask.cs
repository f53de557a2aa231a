namespace GeneratingImages.Training;

/// <summary>What an autoencoder is given and what it must return.</summary>
public enum ReconstructionTask
{
    /// <summary>The whole image in, the whole image out.</summary>
    Rebuild,

    /// <summary>The image's upper rows in, the whole image out: the lower rows are to be completed.</summary>
    Complete,
}
