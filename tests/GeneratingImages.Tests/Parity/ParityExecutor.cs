using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Parity;

/// <summary>Something that can run a <see cref="ParityModel"/>'s training step.</summary>
abstract class ParityExecutor : IDisposable
{
    /// <summary>Writes a parameter.</summary>
    public abstract void Write(string parameter, double[] values);

    /// <summary>Writes the batch.</summary>
    public abstract void WriteImages(double[] values);

    /// <summary>Runs the graph once: forward, backward, Adam.</summary>
    public abstract void Run();

    /// <summary>Reads a parameter.</summary>
    public abstract double[] Read(string parameter);

    /// <summary>Whether a tensor can be read after a run; one that was fused away cannot.</summary>
    public abstract bool Holds(Tensor tensor);

    /// <summary>Reads a tensor that the last run computed.</summary>
    public abstract double[] Read(Tensor tensor);

    public abstract void Dispose();
}

/// <summary>Runs the step in double precision, node by node.</summary>
sealed class ReferenceExecutor : ParityExecutor
{
    readonly ParityModel _model;
    readonly ReferenceInterpreter _interpreter;
    readonly Dictionary<string, Memory<double>> _parameters = [];

    public ReferenceExecutor(ParityModel model)
    {
        (_model, _interpreter) = (model, new ReferenceInterpreter(model.Graph));
        var flat = new double[model.Parameters.Group("").Count];
        foreach (Parameter p in model.Parameters.All) _parameters[p.Path] = flat.AsMemory(p.Offset, (int)p.Shape.Count);
        for (int i = 0; i < model.Graph.Count; i++)
        {
            var leaf = new Tensor(model.Graph, i);
            if (leaf.Node.Op is Variable v)
                _interpreter.Set(leaf, _parameters.TryGetValue(v.Key, out Memory<double> part) ? part : new double[1]);
            else if (leaf.Node.Op is FlatSlot slot)
                _interpreter.Set(leaf, slot.Slot == Parameters.Values ? flat : new double[flat.Length]);
        }
    }

    public override void Write(string parameter, double[] values) => values.CopyTo(_parameters[parameter]);

    public override void WriteImages(double[] values) => _interpreter.Set(_model.Images, values);

    public override void Run() => _interpreter.Run();

    public override double[] Read(string parameter) => _parameters[parameter].ToArray();

    public override bool Holds(Tensor tensor) => true;

    public override void Dispose()
    {
    }

    public override double[] Read(Tensor tensor) => _interpreter.Read(tensor).ToArray();
}
