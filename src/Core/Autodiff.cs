namespace GeneratingImages.Core;

/// <summary>Reverse-mode differentiation: walks the graph backwards and lets each operation append its gradient.</summary>
public static class Autodiff
{
    /// <summary>
    /// Appends the gradients of a scalar with respect to the given tensors, in their order. Only nodes on a path from one of them
    /// to the loss are visited.
    /// </summary>
    /// <exception cref="InvalidOperationException">A tensor does not reach the loss, or is of another graph.</exception>
    public static Tensor[] Gradients(Tensor loss, params ReadOnlySpan<Tensor> of)
    {
        Graph graph = loss.Graph;
        if (loss.Shape != Shape.Scalar) throw new ShapeException($"{loss}: gradients are taken of a scalar");

        var needed = new bool[loss.Id + 1];
        foreach (Tensor t in of)
        {
            if (t.Graph != graph) throw new InvalidOperationException($"{t}: belongs to another graph than the loss {loss}");
            if (t.Id <= loss.Id) needed[t.Id] = true;
        }

        for (int i = 0; i <= loss.Id; i++)
            foreach (Tensor input in graph[i].Inputs)
                needed[i] |= needed[input.Id];

        var gradients = new Tensor?[loss.Id + 1];
        gradients[loss.Id] = graph.Add(new Constant(1, Shape.Scalar));
        for (int i = loss.Id; i >= 0; i--)
        {
            Node node = graph[i];
            if (!needed[i] || gradients[i] is not { } gradient || node.Inputs.Length == 0) continue;
            using (graph.Enter("gradient"))
            using (graph.Enter(node.Path))
                node.Op.Backward(new Backprop(new Tensor(graph, i), gradient, needed, gradients));
        }

        var result = new Tensor[of.Length];
        for (int i = 0; i < of.Length; i++)
        {
            Tensor t = of[i];
            result[i] = (t.Id <= loss.Id ? gradients[t.Id] : null)
                ?? throw new InvalidOperationException($"{t}: does not reach the loss {loss}");
        }

        return result;
    }
}

/// <summary>
/// What an operation is given to append its gradient: its output, the gradient of the output, and a place for each input's.
/// </summary>
public sealed class Backprop
{
    readonly bool[] _needed;
    readonly Tensor?[] _gradients;

    internal Backprop(Tensor output, Tensor gradient, bool[] needed, Tensor?[] gradients)
    {
        (Output, Grad, _needed, _gradients) = (output, gradient, needed, gradients);
    }

    /// <summary>The operation's output.</summary>
    public Tensor Output { get; }

    /// <summary>The gradient of the loss with respect to the output.</summary>
    public Tensor Grad { get; }

    /// <summary>An input of the operation.</summary>
    public Tensor Input(int i) => Output.Node.Inputs[i];

    /// <summary>Refuses to differentiate an operation that already does what others did: gradients are taken before fusion.</summary>
    /// <exception cref="NotSupportedException">The epilogue does something, there is pooling, or an activation's gradient.</exception>
    public void RequireNo(Epilogue epilogue, bool pool = false, Activation back = Activation.None)
    {
        if (epilogue != default || pool || back != Activation.None)
            throw new NotSupportedException(
                $"{Output}: an operation fused to {Output.Node.Op} has no gradient, take gradients before fusion");
    }

    /// <summary>Whether an input's gradient is wanted.</summary>
    public bool Needs(int i) => _needed[Input(i).Id];

    /// <summary>Gives an input its gradient; gradients from several uses are added.</summary>
    /// <exception cref="ShapeException">The gradient has not the input's shape.</exception>
    public void Give(int i, Tensor gradient)
    {
        Tensor input = Input(i);
        if (!Needs(i)) return;
        if (gradient.Shape != input.Shape)
            throw new ShapeException($"{Output}: the gradient given for input {i} is {gradient.Shape}, the input is {input.Shape}");
        _gradients[input.Id] = _gradients[input.Id] is { } other ? input.Graph.Add(new Add(), other, gradient) : gradient;
    }
}
