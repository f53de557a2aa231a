using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where a layer is being applied: the path its parameters are found under, and the store they are in.</summary>
public sealed class Scope
{
    readonly List<LayerSummary> _layers;
    readonly Dictionary<string, Tensor> _kept;

    /// <summary>The outermost scope over a store.</summary>
    /// <param name="parameters">The store.</param>
    /// <param name="training">Whether the graph is for training; layers that act otherwise when evaluated ask it.</param>
    public Scope(Parameters parameters, bool training = false)
        : this(parameters, training, "", [], [])
    {
    }

    Scope(Parameters parameters, bool training, string path, List<LayerSummary> layers, Dictionary<string, Tensor> kept) =>
        (Parameters, Training, Path, _layers, _kept) = (parameters, training, path, layers, kept);

    /// <summary>The store.</summary>
    public Parameters Parameters { get; }

    /// <summary>Whether the graph is for training.</summary>
    public bool Training { get; }

    /// <summary>The path, such as <c>encoder/conv1</c>.</summary>
    public string Path { get; }

    /// <summary>The layers applied so far in all scopes under the outermost, in order.</summary>
    public IReadOnlyList<LayerSummary> Layers => _layers;

    /// <summary>Gets a parameter of this scope by its name, making it if it is new.</summary>
    public Tensor Parameter(Graph graph, string name, Shape shape, Initializer initializer) =>
        Parameters.Get(graph, $"{Path}/{name}", shape, initializer);

    /// <summary>The scope of a layer inside this one.</summary>
    public Scope Enter(string name) => new(Parameters, Training, Path.Length == 0 ? name : $"{Path}/{name}", _layers, _kept);

    /// <summary>Keeps a tensor under a name for a later layer, in any scope under the outermost: where a skip connection begins.</summary>
    public void Keep(string name, Tensor x) => _kept[name] = x;

    /// <summary>A tensor that was kept.</summary>
    /// <exception cref="InvalidOperationException">None was kept under that name.</exception>
    public Tensor Kept(string name) => _kept.TryGetValue(name, out Tensor x)
        ? x
        : throw new InvalidOperationException(
            $"{Path}: a skip connection needs '{name}', which is not there: the model runs as a whole only");

    /// <summary>Applies a layer under a name of its own and notes it for summaries.</summary>
    public Tensor Apply(Layer layer, string name, Tensor x)
    {
        Scope inner = Enter(name);
        using (x.Graph.Enter(name))
        {
            Tensor y = layer.Apply(x, inner);
            if (layer is not Sequential)
                _layers.Add(new LayerSummary(inner.Path, layer.Description, y.Shape.WithoutFirst(), Parameters.All
                    .Where(p => p.Path.StartsWith(inner.Path + "/", StringComparison.Ordinal)).Sum(p => p.Shape.Count)));
            return y;
        }
    }
}
