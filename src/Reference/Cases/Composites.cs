using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>A graph of several operations to check gradients on.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Build">Makes the graph and returns its loss; inputs whose name starts with <c>target</c> get no gradient.</param>
public sealed record Composite(string Name, Func<Graph, Tensor> Build)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Graphs in which operations meet: the layers of an autoencoder, and tensors used more than once.</summary>
public static class Composites
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Composite> All { get; } =
    [
        new("two convolutions, pooling, dense", Encoder),
        new("dense, transposed convolutions, hidden rows", Decoder),
        new("a tensor used three times", UsedThrice),
        new("filters shared by two layers", SharedFilters),
        new("an operation with itself as both inputs", Squared),
        new("a gradient's gradient by the filters", SecondOrder),
    ];

    static Tensor Encoder(Graph g)
    {
        Tensor x = Of(g, "images", 2, 9, 8, 1);
        x = x.Conv2D(Of(g, "filters1", 3, 3, 3, 1), 1, 1).AddBias(Of(g, "bias1", 3)).Activate(Activation.Relu).MaxPool2D(2);
        x = x.Conv2D(Of(g, "filters2", 5, 3, 3, 3), 1, 1).AddBias(Of(g, "bias2", 5)).Activate(Activation.Elu).MaxPool2D(2);
        x = x.Reshape(Shape.Of(2, 20)).MatMul(Of(g, "weight", 3, 20), false, true).AddBias(Of(g, "bias3", 3));
        return x.MeanSquaredError(Of(g, "target", 2, 3));
    }

    static Tensor Decoder(Graph g)
    {
        Tensor x = Of(g, "code", 2, 3).MatMul(Of(g, "weight", 24, 3), false, true).AddBias(Of(g, "bias1", 24)).Activate(Activation.Elu);
        x = x.Reshape(Shape.Of(2, 4, 3, 2))
            .Conv2DInputGrad(Of(g, "filters1", 2, 3, 3, 3), 4, 3, 1, 1)
            .AddBias(Of(g, "bias2", 3))
            .Activate(Activation.Relu);
        x = x.Conv2DInputGrad(Of(g, "filters2", 3, 3, 5, 1), 8, 7, 2, 1).AddBias(Of(g, "bias3", 1)).HideRows(5);
        return x.MeanSquaredError(Of(g, "target", 2, 8, 7, 1));
    }

    static Tensor UsedThrice(Graph g)
    {
        Tensor x = Of(g, "x", 3, 5);
        Tensor y = x.Activate(Activation.Elu);
        return y.Add(x).Add(y.MatMul(Of(g, "weight", 5, 5))).MeanSquaredError(Of(g, "target", 3, 5));
    }

    static Tensor SharedFilters(Graph g)
    {
        Tensor filters = Of(g, "filters", 3, 3, 3, 3);
        return Of(g, "images", 1, 5, 4, 3).Conv2D(filters, 1, 1).Activate(Activation.Elu).Conv2DInputGrad(filters, 5, 4, 1, 1)
            .MeanSquaredError(Of(g, "target", 1, 5, 4, 3));
    }

    static Tensor Squared(Graph g)
    {
        Tensor x = Of(g, "x", 4, 4);
        return x.MatMul(x).Add(x.MatMul(x, true)).MeanSquaredError(Of(g, "target", 4, 4));
    }

    /// <summary>The loss of a filter gradient: only possible because the three convolutions are closed under differentiation.</summary>
    static Tensor SecondOrder(Graph g)
    {
        Tensor images = Of(g, "images", 2, 5, 4, 3), filters = Of(g, "filters", 1, 3, 3, 3);
        Tensor output = images.Conv2D(filters, 1, 1);
        return images.Conv2DFilterGrad(output, 3, 3, 1, 1).MeanSquaredError(Of(g, "target", 1, 3, 3, 3));
    }

    static Tensor Of(Graph g, string label, params ReadOnlySpan<int> sizes) => g.Add(new Input(label, Shape.Of(sizes)));
}
