using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The parts of an autoencoder that can be used by themselves.</summary>
public enum ModelPartKind
{
    /// <summary>Images to codes; what the task hides is hidden inside.</summary>
    Encoder,

    /// <summary>Codes to images.</summary>
    Decoder,

    /// <summary>Images to images: both, one after the other.</summary>
    Whole,
}

/// <summary>
/// A part of a run's model as a graph of its own. It is cut out of the graph of the whole model at the code, the last result of the
/// encoder's layers, so it holds whatever operations the model is made of.
/// </summary>
/// <param name="Kind">Which part.</param>
/// <param name="Graph">The graph; nodes that the output does not need may be in it.</param>
/// <param name="Input">Images [N,H,W,C] in [0, 1], or codes [N,latent].</param>
/// <param name="Output">Codes, or images that are not cut to [0, 1].</param>
/// <param name="Masks">
/// The masks that hide pixels of images, written for every batch; null where the part hides none, or the same rows always.
/// </param>
/// <param name="Occlusion">What those masks are; null if <paramref name="Masks"/> is.</param>
public sealed record ModelPart(
    ModelPartKind Kind, Graph Graph, Tensor Input, Tensor Output, MaskTensors? Masks = null, Occlusion? Occlusion = null)
{
    const string EncoderPath = "encoder";

    /// <summary>Builds a part; the store gets the parameters of the whole model whatever part is asked for.</summary>
    /// <param name="state">The run.</param>
    /// <param name="kind">The part.</param>
    /// <param name="batch">The size of the first axis.</param>
    /// <param name="parameters">A store without memory yet.</param>
    /// <exception cref="UserException">The model cannot be cut there.</exception>
    public static ModelPart Of(RunState state, ModelPartKind kind, int batch, Parameters parameters)
    {
        ModelPart whole = Whole(state, batch, parameters);
        if (kind == ModelPartKind.Whole) return whole;
        Tensor code = FindCode(whole.Graph, Shape.Of(batch, state.Settings.Latent));
        return kind == ModelPartKind.Encoder ? whole with { Kind = kind, Output = code } : CutAfter(code, whole.Output);
    }

    /// <summary>The parts that a run's model has: without a decoder where that takes more than the code.</summary>
    public static IReadOnlyList<ModelPartKind> KindsOf(RunState state)
    {
        using var parameters = new Parameters(state.Settings.Seed);
        ModelPart whole = Whole(state, 1, parameters);
        bool[] needed = Needed(whole.Output, FindCode(whole.Graph, Shape.Of(1, state.Settings.Latent)));
        bool alone = !Enumerable.Range(0, needed.Length).Any(id => needed[id] && whole.Graph[id].Op is Input);
        return alone ? Enum.GetValues<ModelPartKind>() : [ModelPartKind.Encoder, ModelPartKind.Whole];
    }

    /// <summary>The nodes that the output needs, in the order of running.</summary>
    public IEnumerable<Node> Nodes
    {
        get
        {
            bool[] needed = Needed(Output, stop: null);
            return Enumerable.Range(0, Graph.Count).Where(id => needed[id]).Select(id => Graph[id]);
        }
    }

    /// <summary>A node's path, for errors; what stands outside all layers belongs to the model.</summary>
    internal static string PathOf(Node node) => node.Path.Length > 0 ? node.Path : "the model";

    static ModelPart Whole(RunState state, int batch, Parameters parameters)
    {
        var graph = new Graph();
        Reconstruction objective = state.Settings.BuildObjective(state.Image);
        Tensor images = graph.Add(new Input("images", state.Image.Batch(batch)));
        MaskTensors? masks = objective.Masked is null ? null : MaskTensors.Inputs(graph, state.Image, batch);
        Tensor output = objective.Output(images, new Scope(parameters), masks);
        return new ModelPart(ModelPartKind.Whole, graph, images, output, masks, objective.Masked);
    }

    static Tensor FindCode(Graph graph, Shape code)
    {
        Node? last = Enumerable.Range(0, graph.Count).Select(id => graph[id]).LastOrDefault(node =>
            node.Op is not Leaf && (node.Path == EncoderPath || node.Path.StartsWith(EncoderPath + "/", StringComparison.Ordinal)));
        return last is not null && last.Type.Shape == code
            ? new Tensor(graph, last.Id)
            : throw new UserException(
                $"the model has no encoder that ends in codes {code}: only the whole of it can be used "
                + $"({last?.ToString() ?? "no encoder"} was found)");
    }

    /// <summary>The part from the code on, in a graph of its own where the code is an input.</summary>
    internal static ModelPart CutAfter(Tensor code, Tensor output)
    {
        var graph = new Graph();
        Tensor input = graph.Add(new Input("codes", code.Shape));
        var copies = new Dictionary<int, Tensor> { [code.Id] = input };
        bool[] needed = Needed(output, code);
        for (int id = 0; id < needed.Length; id++)
        {
            Node node = code.Graph[id];
            if (!needed[id] || id == code.Id) continue;
            if (node.Op is Input)
            {
                Node reader = Enumerable.Range(id + 1, needed.Length - id - 1).Where(i => needed[i] && i != code.Id)
                    .Select(i => code.Graph[i]).First(n => n.Inputs.Any(t => t.Id == id));
                throw new UserException(
                    $"{PathOf(reader)}: {reader.Op.Name} takes the {((Input)node.Op).Label} beside the code, "
                    + "so this model has no decoder of codes alone: use the whole model");
            }

            using (graph.Enter(node.Path)) copies[id] = graph.Add(node.Op, [.. node.Inputs.Select(t => copies[t.Id])]);
        }

        return new ModelPart(ModelPartKind.Decoder, graph, input, copies[output.Id]);
    }

    static bool[] Needed(Tensor output, Tensor? stop)
    {
        var needed = new bool[output.Graph.Count];
        needed[output.Id] = true;
        for (int id = output.Id; id >= 0; id--)
            if (needed[id] && id != stop?.Id)
                foreach (Tensor input in output.Graph[id].Inputs) needed[input.Id] = true;
        return needed;
    }
}
