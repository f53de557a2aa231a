using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>One row of a model's summary and one box of its diagram.</summary>
/// <param name="Path">The layer's path, such as <c>encoder/conv1</c>.</param>
/// <param name="Description">The layer in words, such as <c>Conv2D 3x3, 32, ReLU</c>.</param>
/// <param name="Output">The shape of one image's output, without the batch.</param>
/// <param name="Parameters">The number of weights and biases.</param>
public sealed record LayerSummary(string Path, string Description, Shape Output, long Parameters);
