using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The value of an attribute: exactly one of the three is set.</summary>
readonly record struct OnnxAttribute(string Name, long? Integer = null, float? Float = null, long[]? Integers = null);

/// <summary>One operation: its type in ONNX, the names of what it reads and of what it gives.</summary>
sealed record OnnxNode(string Name, string Type, string[] Inputs, string Output, OnnxAttribute[] Attributes);

/// <summary>A stored tensor; the data is raw and little-endian.</summary>
sealed record OnnxTensor(string Name, long[] Sizes, int ElementType, byte[] Data)
{
    // TensorProto.DataType.
    const int Float32 = 1, Int64 = 7, Bool = 9;

    public static OnnxTensor Of(string name, ReadOnlySpan<int> sizes, float[] values) =>
        new(name, [.. sizes.ToArray().Select(s => (long)s)], Float32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static OnnxTensor Of(string name, long[] values) =>
        new(name, [values.Length], Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static OnnxTensor Of(string name, ReadOnlySpan<int> sizes, bool[] values) =>
        new(name, [.. sizes.ToArray().Select(s => (long)s)], Bool, [.. values.Select(v => (byte)(v ? 1 : 0))]);
}

/// <summary>An input or output of the graph, its first axis of any size; single precision, or truth values.</summary>
sealed record OnnxValue(string Name, Shape Shape, string Description, bool IsTruth = false);

/// <summary>
/// A model as a file of ONNX, with all weights inside it. Field numbers are those of the format's onnx.proto (github.com/onnx/onnx,
/// file onnx/onnx.proto); operations are of the operator set <see cref="Opset"/>.
/// </summary>
sealed record OnnxFile(
    string Name, string Text, IReadOnlyList<OnnxValue> Inputs, OnnxValue Output, IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyList<OnnxTensor> Weights)
{
    /// <summary>The version of the operator set, that of ONNX 1.8: later ones only add types and options to the operations here.</summary>
    public const int Opset = 13;

    /// <summary>The version of the file format that goes with it.</summary>
    public const int IrVersion = 7;

    /// <summary>What the axis of any size is called.</summary>
    public const string BatchAxis = "batch";

    // AttributeProto.AttributeType, TensorProto.DataType.
    const int FloatAttribute = 1, IntegerAttribute = 2, IntegersAttribute = 7, Float32 = 1, Bool = 9;

    /// <summary>Texts beside the doc string, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The file's bytes.</summary>
    /// <exception cref="UserException">The weights exceed what a protobuf message can hold.</exception>
    public byte[] ToBytes()
    {
        long bytes = Weights.Sum(w => (long)w.Data.Length);
        // A message ends at 2 GiB; the rest of the model is a few thousand bytes.
        if (bytes > int.MaxValue - (1 << 20))
            throw new UserException($"{Name}: {bytes} bytes of weights, an ONNX file holds 2 GiB: export --format safetensors");
        var model = new ProtobufWriter();
        model.Integer(1, IrVersion);
        model.Text(2, "GeneratingImages");
        model.Text(3, typeof(OnnxFile).Assembly.GetName().Version?.ToString(3) ?? "");
        model.Text(6, Text);
        model.Message(7, Graph);
        model.Message(8, set => set.Integer(2, Opset));
        foreach ((string key, string value) in Metadata)
            model.Message(14, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        return model.Written.ToArray();
    }

    void Graph(ProtobufWriter graph)
    {
        foreach (OnnxNode node in Nodes) graph.Message(1, to => Write(to, node));
        graph.Text(2, Name);
        foreach (OnnxTensor weight in Weights) graph.Message(5, to => Write(to, weight));
        foreach (OnnxValue input in Inputs) graph.Message(11, to => Write(to, input));
        graph.Message(12, to => Write(to, Output));
    }

    static void Write(ProtobufWriter to, OnnxNode node)
    {
        foreach (string input in node.Inputs) to.Text(1, input);
        to.Text(2, node.Output);
        to.Text(3, node.Name);
        to.Text(4, node.Type);
        foreach (OnnxAttribute attribute in node.Attributes) to.Message(5, inner => Write(inner, attribute));
    }

    static void Write(ProtobufWriter to, OnnxAttribute attribute)
    {
        to.Text(1, attribute.Name);
        if (attribute.Float is { } number)
        {
            to.Float(2, number);
            to.Integer(20, FloatAttribute);
        }
        else if (attribute.Integer is { } integer)
        {
            to.Integer(3, integer);
            to.Integer(20, IntegerAttribute);
        }
        else
        {
            foreach (long value in attribute.Integers!) to.Integer(8, value);
            to.Integer(20, IntegersAttribute);
        }
    }

    static void Write(ProtobufWriter to, OnnxTensor tensor)
    {
        foreach (long size in tensor.Sizes) to.Integer(1, size);
        to.Integer(2, tensor.ElementType);
        to.Text(8, tensor.Name);
        to.Bytes(9, tensor.Data);
    }

    static void Write(ProtobufWriter to, OnnxValue value)
    {
        to.Text(1, value.Name);
        to.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, value.IsTruth ? Bool : Float32);
            tensor.Message(2, shape =>
            {
                shape.Message(1, axis => axis.Text(2, BatchAxis));
                foreach (int size in value.Shape.WithoutFirst().ToArray()) shape.Message(1, axis => axis.Integer(1, size));
            });
        }));
        to.Text(3, value.Description);
    }
}
