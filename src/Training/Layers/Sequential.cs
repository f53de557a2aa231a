using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Layers one after the other, each named by its kind and its number among its kind: conv1, pool1, conv2, ...</summary>
public sealed class Sequential(string name, IEnumerable<Layer> layers) : Layer
{
    readonly Layer[] _layers = [.. layers];

    /// <summary>The name a model applies it under, such as <c>encoder</c>.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public override string Kind => name;

    /// <inheritdoc/>
    public override string Description => $"{_layers.Length} layers";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope)
    {
        Dictionary<string, int> total = _layers.GroupBy(l => l.Kind).ToDictionary(g => g.Key, g => g.Count());
        var seen = new Dictionary<string, int>();
        foreach (Layer layer in _layers)
        {
            int number = seen[layer.Kind] = seen.GetValueOrDefault(layer.Kind) + 1;
            x = scope.Apply(layer, total[layer.Kind] == 1 ? layer.Kind : $"{layer.Kind}{number}", x);
        }

        return x;
    }
}
