using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The optimisers a run may name.</summary>
public enum OptimizerKind
{
    /// <summary>See <see cref="Training.Adam"/>.</summary>
    Adam,

    /// <summary>See <see cref="Training.Adamax"/>.</summary>
    Adamax,
}

/// <summary>The models a run may name.</summary>
public enum ModelKind
{
    /// <summary>See <see cref="Autoencoders.Basic"/>.</summary>
    Basic,

    /// <summary>See <see cref="Autoencoders.Deep"/>.</summary>
    Deep,

    /// <summary>See <see cref="Autoencoders.Skip"/>.</summary>
    Skip,
}

/// <summary>How the learning rate goes over a run.</summary>
public enum RateSchedule
{
    /// <summary>The same throughout.</summary>
    Constant,

    /// <summary>Down half a cosine to zero at the last step; see <see cref="LearningRateSchedule"/>.</summary>
    Cosine,
}
