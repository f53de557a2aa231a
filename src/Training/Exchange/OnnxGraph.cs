using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Translates the graph of a model's part into ONNX, operation by operation. Images are [N,H,W,C] here and [N,C,H,W] in ONNX'
/// convolutions and poolings, so a result is transposed where the next operation needs the other order, and only there; input and
/// output of the file are as here.
/// </summary>
sealed class OnnxGraph
{
    static readonly int[] s_toPlanes = [0, 3, 1, 2], s_toRows = [0, 2, 3, 1];

    const string Seen = "seen";

    readonly ModelPart _part;
    readonly IReadOnlyDictionary<string, float[]> _weights;
    readonly List<OnnxValue> _inputs = [];
    readonly List<OnnxNode> _nodes = [];
    readonly Dictionary<string, OnnxTensor> _tensors = [];
    readonly Dictionary<int, string> _rows = [], _planes = [];
    readonly ILookup<int, Node> _readers;
    readonly HashSet<string> _names = [];
    readonly List<string> _remarks = [];

    OnnxGraph(ModelPart part, IReadOnlyDictionary<string, float[]> weights)
    {
        (_part, _weights) = (part, weights);
        string images = part.Kind == ModelPartKind.Decoder ? "codes" : "images [N,H,W,C], values in [0, 1]";
        _inputs.Add(new OnnxValue(((Input)part.Input.Node.Op).Label, part.Input.Shape, images));
        _readers = part.Nodes.SelectMany(reader => reader.Inputs.Select(input => (input.Id, reader)))
            .ToLookup(pair => pair.Id, pair => pair.reader);
        foreach (Node node in part.Nodes) Translate(node);
    }

    /// <summary>Translates a part.</summary>
    /// <param name="part">The part; its first axis is the batch.</param>
    /// <param name="weights">The parameters' values by path.</param>
    /// <param name="text">What the file's doc string begins with.</param>
    /// <exception cref="UserException">An operation has no counterpart; the message names it by its path.</exception>
    public static OnnxFile Translate(ModelPart part, IReadOnlyDictionary<string, float[]> weights, string text)
    {
        var graph = new OnnxGraph(part, weights);
        string output = part.Kind == ModelPartKind.Encoder ? "codes" : "output";
        graph.Rename(graph.Rows(part.Output), output);
        return new OnnxFile(
            part.Kind.ToString().ToLowerInvariant(),
            string.Join('\n', graph._remarks.Distinct().Prepend(text)),
            graph._inputs,
            new OnnxValue(output, part.Output.Shape, part.Kind == ModelPartKind.Encoder ? "codes" : "images [N,H,W,C], not cut to [0, 1]"),
            graph._nodes,
            [.. graph._tensors.Values]);
    }

    void Translate(Node node)
    {
        switch (node.Op)
        {
            case Input when node.Id == _part.Input.Id:
                _rows[node.Id] = _inputs[0].Name;
                _names.Add(_inputs[0].Name);
                break;
            // Weights are stored, and masks translated, where they are used.
            case Variable or Input:
                break;
            case Constant constant:
                float[] values = new float[constant.Shape.Count];
                Array.Fill(values, constant.Value);
                _rows[node.Id] = Store(OnnxTensor.Of(Unique(Name(node, "constant")), constant.Shape.ToArray(), values));
                break;
            case Core.Conv2D { Epilogue: { Bias: false, Activation: Activation.None }, Pool: false, Back: Activation.None } conv:
                Convolve(node, "Conv", Windows(node.Inputs[1].Shape, conv.Stride, conv.Padding));
                break;
            case Conv2DInputGrad { Epilogue: { Bias: false, Activation: Activation.None }, Back: Activation.None } conv:
                Shape windows = node.Inputs[1].Shape;
                // With a stride several heights have the same number of windows; ONNX asks how many rows the smallest lacks.
                long Missing(int axis, int size) =>
                    size - ((node.Inputs[0].Shape[axis] - 1) * conv.Stride + windows[axis] - 2 * conv.Padding);
                var missing = new OnnxAttribute("output_padding", Integers: [Missing(1, conv.Height), Missing(2, conv.Width)]);
                Convolve(node, "ConvTranspose", [.. Windows(windows, conv.Stride, conv.Padding), missing]);
                break;
            case MatMul { TransposeA: false, Epilogue: { Bias: false, Activation: Activation.None } } product
                when node.Type.Shape.Rank == 2:
                string[] factors = [Rows(node.Inputs[0]), Rows(node.Inputs[1])];
                Give(node, "Gemm", FoldedBias(node) is { } added ? [.. factors, added] : factors, planes: false,
                    new OnnxAttribute("transB", product.TransposeB ? 1 : 0));
                break;
            case AddBias:
                AppendBias(node);
                break;
            case Add:
                Give(node, "Add", [Rows(node.Inputs[0]), Rows(node.Inputs[1])], planes: false);
                break;
            case Activate { Kind: Activation.Relu }:
                AppendActivation(node, "Relu");
                break;
            case Activate { Kind: Activation.Elu }:
                AppendActivation(node, "Elu", new OnnxAttribute("alpha", Float: 1));
                break;
            case Core.MaxPool2D pool:
                Give(node, "MaxPool", [Planes(node.Inputs[0])], planes: true,
                    new("kernel_shape", Integers: [pool.Size, pool.Size]), new("strides", Integers: [pool.Size, pool.Size]));
                break;
            case Core.Reshape reshape when reshape.To[0] == node.Inputs[0].Shape[0]:
                long[] sizes = [-1, .. reshape.To.WithoutFirst().ToArray().Select(size => (long)size)];
                Give(node, "Reshape", [Rows(node.Inputs[0]), Store(OnnxTensor.Of(Unique(Name(node, "sizes")), sizes))], planes: false);
                break;
            case HideRows hide:
                HideLower(node, hide.FirstRow);
                break;
            case HidePixels hide when node.Inputs[1] == _part.Masks?.Masks:
                Append(node, hide, _part.Occlusion!);
                break;
            default:
                throw new UserException(
                    $"{ModelPart.PathOf(node)}: {node.Op.Name} has no counterpart in the ONNX files written here: "
                    + "export --format safetensors");
        }
    }

    static OnnxAttribute[] Windows(Shape filters, int stride, int padding) =>
    [
        new("kernel_shape", Integers: [filters[1], filters[2]]),
        new("strides", Integers: [stride, stride]),
        new("pads", Integers: [padding, padding, padding, padding]),
    ];

    // Filters are [O,kh,kw,C] here. Conv takes [O,C,kh,kw], ConvTranspose [in,out,kh,kw], where its input has the O channels:
    // the same order.
    void Convolve(Node node, string type, OnnxAttribute[] attributes)
    {
        string[] inputs = [Planes(node.Inputs[0]), Weight(node.Inputs[1], s_toPlanes)];
        Give(node, type, FoldedBias(node) is { } bias ? [.. inputs, bias] : inputs, planes: true, attributes);
    }

    /// <summary>The bias that is added to a result and to nothing else, which ONNX' operation then takes as a third input.</summary>
    string? FoldedBias(Node node) =>
        _readers[node.Id].ToArray() is [{ Op: AddBias } reader] && reader.Inputs[0].Id == node.Id ? Rows(reader.Inputs[1]) : null;

    void AppendBias(Node node)
    {
        Node source = node.Inputs[0].Node;
        bool folded = source.Op is Core.Conv2D or Conv2DInputGrad or MatMul && FoldedBias(source) is not null;
        if (!folded) Give(node, "Add", [Rows(node.Inputs[0]), Rows(node.Inputs[1])], planes: false);
        else if (_planes.TryGetValue(source.Id, out string? planes)) _planes[node.Id] = planes;
        else _rows[node.Id] = _rows[source.Id];
    }

    void AppendActivation(Node node, string type, params OnnxAttribute[] attributes)
    {
        bool planes = _planes.TryGetValue(node.Inputs[0].Id, out string? input);
        Give(node, type, [input ?? Rows(node.Inputs[0])], planes, attributes);
    }

    void HideLower(Node node, int first)
    {
        int height = node.Type.Shape[1];
        bool[] rows = [.. Enumerable.Range(0, height).Select(row => row < first)];
        _remarks.Add("The occlusion is part of the graph: give whole images; "
            + FormattableString.Invariant($"rows {first} to {height - 1} of {height}, counted from 0, are set to zero inside."));
        Give(node, "Where", [Mask([1, height, 1, 1], rows), Rows(node.Inputs[0]), Zero()], planes: false);
    }

    /// <summary>Masks that are the same for every image are stored; those drawn for each become an input.</summary>
    void Append(Node node, HidePixels hide, Occlusion occlusion)
    {
        (int height, int width) = (node.Type.Shape[1], node.Type.Shape[2]);
        if (occlusion.IsFixed)
        {
            MaskSet mask = occlusion.Masks(node.Type.Shape.WithoutFirst());
            Mask([1, height, width, 1], [.. mask[0].ToArray().Select(pixel => pixel != 0)]);
            _remarks.Add("The occlusion is part of the graph: give whole images; "
                + FormattableString.Invariant($"{mask.HiddenPixels(0)} of {mask.Pixels} pixels ({occlusion.Words}) ")
                + "are set to zero inside.");
        }
        else if (_names.Add(Seen))
        {
            _inputs.Add(new OnnxValue(Seen, Shape.Of(1, height, width, 1), "[N,H,W,1], true where a pixel is seen", IsTruth: true));
            _remarks.Add($"Give whole images and, as '{Seen}' [batch, height, width, 1], which pixels are seen: "
                + $"the others are set to zero inside. It was trained with {occlusion.Words} hidden at random.");
        }

        string[] branches = [Rows(node.Inputs[0]), Zero()];
        Give(node, "Where", hide.Seen ? [Seen, branches[1], branches[0]] : [Seen, .. branches], planes: false);
    }

    string Mask(ReadOnlySpan<int> sizes, bool[] seen) => _tensors.ContainsKey(Seen) ? Seen : Store(OnnxTensor.Of(Seen, sizes, seen));

    string Zero() => _tensors.ContainsKey("zero") ? "zero" : Store(OnnxTensor.Of("zero", [], new float[1]));

    /// <summary>The name of a tensor in our order of axes.</summary>
    string Rows(Tensor tensor)
    {
        if (tensor.Node.Op is Variable) return Weight(tensor, [.. Enumerable.Range(0, tensor.Shape.Rank)]);
        if (_rows.TryGetValue(tensor.Id, out string? name)) return name;
        string planes = _planes[tensor.Id];
        return _rows[tensor.Id] = Transpose($"{planes}/to-rows", planes, s_toRows);
    }

    /// <summary>The name of an image in ONNX' order of axes.</summary>
    string Planes(Tensor tensor)
    {
        if (_planes.TryGetValue(tensor.Id, out string? name)) return name;
        string rows = Rows(tensor);
        return _planes[tensor.Id] = Transpose($"{rows}/to-planes", rows, s_toPlanes);
    }

    string Transpose(string name, string input, int[] axes) =>
        Append(name, "Transpose", [input], new OnnxAttribute("perm", Integers: [.. axes.Select(axis => (long)axis)]));

    string Weight(Tensor variable, int[] axes)
    {
        if (variable.Node.Op is not Variable { Kind: ElementType.Float32 } stored || !_weights.TryGetValue(stored.Key, out float[]? values))
            throw new UserException(
                $"{ModelPart.PathOf(variable.Node)}: {variable.Node.Op.Name} {variable.Shape} is no weight of the model, "
                + "and the ONNX file cannot hold it: export --format safetensors");
        int[] sizes = variable.Shape.ToArray();
        bool asIs = axes.Order().SequenceEqual(axes);
        string name = asIs ? stored.Key : $"{stored.Key}/planes";
        return _tensors.ContainsKey(name)
            ? name
            : Store(OnnxTensor.Of(name, Permutation.Sizes(sizes, axes), Permutation.Apply(values, sizes, axes)));
    }

    string Store(OnnxTensor tensor)
    {
        _tensors.Add(tensor.Name, tensor);
        _names.Add(tensor.Name);
        return tensor.Name;
    }

    void Give(Node node, string type, string[] inputs, bool planes, params OnnxAttribute[] attributes) =>
        (planes ? _planes : _rows)[node.Id] = Append(Name(node, type.ToLowerInvariant()), type, inputs, attributes);

    static string Name(Node node, string what) => node.Path.Length == 0 ? what : $"{node.Path}/{what}";

    string Append(string name, string type, string[] inputs, params OnnxAttribute[] attributes)
    {
        string unique = Unique(name);
        _nodes.Add(new OnnxNode(unique, type, inputs, unique, attributes));
        return unique;
    }

    string Unique(string name)
    {
        string unique = name;
        for (int number = 2; !_names.Add(unique); number++) unique = FormattableString.Invariant($"{name}-{number}");
        return unique;
    }

    void Rename(string output, string to)
    {
        for (int i = 0; i < _nodes.Count; i++)
            _nodes[i] = _nodes[i] with
            {
                Output = _nodes[i].Output == output ? to : _nodes[i].Output,
                Inputs = [.. _nodes[i].Inputs.Select(name => name == output ? to : name)],
            };
    }
}
