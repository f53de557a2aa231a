using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>What a convolution does to its results before it stores them.</summary>
/// <param name="Epilogue">Bias and activation.</param>
/// <param name="Pool">See <see cref="Conv2D"/>.</param>
/// <param name="Back">See <see cref="Conv2D"/>.</param>
readonly record struct ConvEnding(Epilogue Epilogue = default, bool Pool = false, Activation Back = Activation.None)
{
    /// <summary>Whether results go through the gradient of an activation.</summary>
    public bool GoesBack => Back != Activation.None;

    /// <summary>The ending of a convolution.</summary>
    public static ConvEnding Of(Conv2D op) => new(op.Epilogue, op.Pool, op.Back);

    /// <summary>The ending of a transposed convolution.</summary>
    public static ConvEnding Of(Conv2DInputGrad op) => new(op.Epilogue, Back: op.Back);

    /// <inheritdoc/>
    public override string ToString() => Pool ? ", pooled" : GoesBack ? ", activated back" : "";
}
