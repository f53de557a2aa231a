using GeneratingImages.Core;

namespace GeneratingImages.Tests.Parity;

/// <summary>Compiles the step for a backend and runs the plan.</summary>
sealed class PlanExecutor : ParityExecutor
{
    readonly ParityModel _model;
    readonly IBackend _backend;
    readonly HashSet<Tensor> _kept;
    readonly Plan _plan;

    /// <summary>
    /// Keeping every tensor that libtorch's numbers exist for hinders most fusion and reuse of memory; not keeping them allows it.
    /// </summary>
    public PlanExecutor(ParityModel model, IBackend backend, bool keepAll)
    {
        (_model, _backend) = (model, backend);
        _kept = [model.Loss, .. keepAll ? [.. model.Activations.Values, model.Output, .. model.Gradients] : (Tensor[])[]];
        _plan = Plan.Compile(model.Graph, [.. _kept], backend, model.Parameters);
    }

    public override void Write(string parameter, double[] values) => _model.Parameters.Write(parameter, [.. values.Select(v => (float)v)]);

    public override void WriteImages(double[] values) => _plan.Write<float>(_model.Images, [.. values.Select(v => (float)v)]);

    public override void Run() => _plan.Run();

    public override double[] Read(string parameter) => [.. _model.Parameters.Read(parameter).Select(v => (double)v)];

    public override bool Holds(Tensor tensor) => _kept.Contains(tensor);

    public override double[] Read(Tensor tensor)
    {
        var values = new float[tensor.Shape.Count];
        _plan.Read<float>(tensor, values);
        return [.. values.Select(v => (double)v)];
    }

    public override void Dispose()
    {
        _plan.Dispose();
        _model.Parameters.Dispose();
        _backend.Dispose();
    }
}
