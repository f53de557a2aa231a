using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Goes through a set of images in batches. Pixels, order, cursor and loss sum live with the parameters, on the device, so that a
/// step is nothing but one run of a plan. If the batch does not divide the set, the last batch has a plan of its own.
/// </summary>
sealed class ImagePass : IDisposable
{
    const string MasksPath = "masks";

    readonly Parameters _parameters;
    readonly ImageSet _images;
    readonly string _cursorPath, _lossPath, _orderPath, _pixelPath, _whichPath, _movesPath;
    readonly MaskSet? _masks;
    readonly bool _moves;
    readonly (Graph Graph, int Batch)[] _graphs;
    Plan[] _plans = [];

    /// <summary>Builds the graphs; nothing runs before <see cref="Compile"/>.</summary>
    /// <param name="parameters">The store that model and pass share.</param>
    /// <param name="name">Under which the pass keeps its state, such as <c>train</c>.</param>
    /// <param name="images">The images.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="masks">What the images' occlusion is drawn from; null if none is needed.</param>
    /// <param name="moves">Whether images are mirrored and shifted.</param>
    /// <param name="loss">Appends what is to be done with a batch and its masks, and gives its mean loss.</param>
    public ImagePass(
        Parameters parameters, string name, ImageSet images, int batch, MaskSet? masks, bool moves, Func<Tensor, MaskTensors?, Tensor> loss)
    {
        (_parameters, _images, _masks, _moves) = (parameters, images, masks, moves);
        (_whichPath, _movesPath) = ($"{name}/masks", $"{name}/moves");
        (_cursorPath, _lossPath, _orderPath, _pixelPath) = ($"{name}/cursor", $"{name}/loss-sum", $"{name}/order", $"{name}/pixels");
        int rest = images.Count % batch;
        int[] sizes = rest == 0 ? [batch] : images.Count < batch ? [rest] : [batch, rest];
        _graphs = [.. sizes.Select(size => (Build(size, loss), size))];
    }

    /// <summary>The number of images.</summary>
    public int Count => _images.Count;

    /// <summary>How many images of the current pass are done.</summary>
    public int Cursor { get; private set; }

    /// <summary>The mean loss over the images done; NaN or infinite as soon as one batch's was.</summary>
    public double MeanLoss
    {
        get
        {
            Span<double> sum = stackalloc double[1];
            _parameters.ReadState(_lossPath, sum);
            return sum[0] / Math.Max(1, Cursor);
        }
    }

    /// <summary>The plan of a full batch.</summary>
    public Plan Plan => _plans[0];

    /// <summary>Compiles the plans of passes that take turns, which share memory, and hands the pixels to the device.</summary>
    public static void Compile(IBackend backend, Parameters parameters, params IReadOnlyList<ImagePass> passes)
    {
        Graph[] graphs = [.. passes.SelectMany(pass => pass._graphs.Select(g => g.Graph))];
        Queue<Plan> plans = new(Plan.CompileTogether(graphs, backend, parameters));
        foreach (ImagePass pass in passes)
        {
            pass._plans = [.. pass._graphs.Select(_ => plans.Dequeue())];
            parameters.WriteState(pass._pixelPath, pass._images.Pixels.Span);
            if (pass._masks is { } masks) parameters.WriteState(MasksPath, masks.Bytes);
        }
    }

    /// <summary>Starts a pass in the given order.</summary>
    public void Begin(PassOrder order)
    {
        Write(order);
        _parameters.WriteState<double>(_lossPath, [0.0]);
        MoveTo(0);
    }

    /// <summary>Goes on with a pass whose cursor and loss sum have been restored.</summary>
    public void Resume(PassOrder order)
    {
        Write(order);
        Span<int> cursor = stackalloc int[1];
        _parameters.ReadState(_cursorPath, cursor);
        if (cursor[0] < 0 || cursor[0] > Count)
            throw new InvalidDataException($"the saved position {cursor[0]} is outside the {Count} images");
        Cursor = cursor[0];
    }

    /// <summary>Runs one batch; with <paramref name="timed"/> call by call, giving it each call's number and milliseconds.</summary>
    public void Step(Action<int, double>? timed = null)
    {
        bool full = Count - Cursor >= _graphs[0].Batch;
        Plan plan = full ? _plans[0] : _plans[^1];
        if (timed is null) plan.Run();
        else plan.Run(timed);
        Cursor += full ? _graphs[0].Batch : _graphs[^1].Batch;
    }

    /// <summary>
    /// Runs batches once more from an earlier position on, step by step, and names the first operation with a NaN or infinite result, and
    /// the images done with it.
    /// </summary>
    public (int Cursor, string Where) FindNonFinite(int from)
    {
        int end = Cursor;
        MoveTo(from);
        while (Cursor < end)
        {
            bool full = Count - Cursor >= _graphs[0].Batch;
            string? found = (full ? _plans[0] : _plans[^1]).FindNonFinite();
            Cursor += full ? _graphs[0].Batch : _graphs[^1].Batch;
            if (found is not null) return (Cursor, found);
        }

        return (end, "no single result is at fault");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Plan plan in _plans) plan.Dispose();
    }

    void Write(PassOrder order)
    {
        _parameters.WriteState<int>(_orderPath, order.Images);
        if (_masks is not null) _parameters.WriteState<int>(_whichPath, order.Masks);
        if (_moves) _parameters.WriteState<int>(_movesPath, order.Moves);
    }

    void MoveTo(int cursor)
    {
        _parameters.WriteState<int>(_cursorPath, [cursor]);
        Cursor = cursor;
    }

    Graph Build(int batch, Func<Tensor, MaskTensors?, Tensor> loss)
    {
        var graph = new Graph();
        Tensor pixels = _parameters.State(graph, _pixelPath, new TensorType(_images.Image.Batch(Count), ElementType.UInt8), saved: false);
        Tensor order = _parameters.State(graph, _orderPath, new TensorType(Shape.Of(Count), ElementType.Int32), saved: false);
        Tensor cursor = _parameters.State(graph, _cursorPath, new TensorType(Shape.Scalar, ElementType.Int32), saved: true);
        Tensor sum = _parameters.State(graph, _lossPath, new TensorType(Shape.Scalar, ElementType.Float64), saved: true);
        Tensor images;
        MaskTensors? masks = null;
        using (graph.Enter("input"))
        {
            images = graph.Add(new GatherImages(batch), pixels, order, cursor);
            if (_moves) images = images.MoveImages(Numbers(_movesPath), cursor);
            if (_masks is { } set)
                masks = new MaskTensors(
                    _parameters.State(
                        graph, MasksPath, new TensorType(Shape.Of(set.Count, set.Height, set.Width), ElementType.UInt8), saved: false),
                    Numbers(_whichPath),
                    cursor);
        }

        Tensor mean = loss(images, masks);
        graph.Add(new Accumulate(batch), sum, mean);
        graph.Add(new Increment(batch), cursor);
        return graph;

        Tensor Numbers(string path) => _parameters.State(graph, path, new TensorType(Shape.Of(Count), ElementType.Int32), saved: false);
    }
}
