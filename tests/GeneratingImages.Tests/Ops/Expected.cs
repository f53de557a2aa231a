using System.Collections.Concurrent;
using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>What the reference finds for a case, and how far a backend may be from it.</summary>
/// <param name="Inputs">The inputs' values.</param>
/// <param name="Results">The output and side output or, of operations that change something, what they changed.</param>
/// <param name="Allowed">The largest difference from each result.</param>
sealed record Expected(double[][] Inputs, double[][] Results, double[][] Allowed)
{
    static readonly ConcurrentDictionary<string, Expected> Known = [];

    public static Expected Of(OpCase opCase) => Known.GetOrAdd(opCase.ToString(), _ =>
    {
        double[][] inputs = opCase.Values();
        double[][] results = Evaluate(opCase, inputs);
        return new Expected(inputs, results, Bounds.Of(opCase, inputs, results));
    });

    /// <summary>Runs a case on the reference; the inputs are left as they are.</summary>
    public static double[][] Evaluate(OpCase opCase, double[][] inputs)
    {
        var graph = new Graph();
        Tensor[] leaves = opCase.Leaves(graph);
        List<Tensor> results = [graph.Add(opCase.Op, leaves)];
        if (opCase.Op.Side([.. leaves.Select(leaf => leaf.Shape)]) is { } side) results.Add(graph.Add(new SideOutput(side), results[0]));
        if (!opCase.Op.Mutates.IsEmpty) results = [.. opCase.Op.Mutates.ToArray().Select(i => leaves[i])];

        var interpreter = new ReferenceInterpreter(graph);
        for (int i = 0; i < leaves.Length; i++) interpreter.Set(leaves[i], (double[])inputs[i].Clone());
        interpreter.Run();
        return [.. results.Select(t => interpreter.Read(t).ToArray())];
    }
}
