using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>This project's training step, as <c>genimg train</c> runs it.</summary>
sealed class OurStep : IContender, IDisposable
{
    readonly CpuBackend _backend;
    readonly TrainingSession _session;

    public OurStep(Cell cell, StartData start)
    {
        // One batch is all there is, so every step and the validation see the same images.
        var images = new ImageSet(cell.Image, start.Pixels);
        _backend = new CpuBackend(cell.Threads);
        _session = new TrainingSession(
            cell.Settings.BuildExperiment(new DataSplit(cell.Dataset, images, images, images, "generated", "")), _backend);
        foreach (Weight weight in start.Weights) _session.Parameters.Write(weight.Path, weight.Values);
    }

    public void Run() => _session.Step();

    public double Loss() => _session.Validate();

    public void Dispose()
    {
        _session.Dispose();
        _backend.Dispose();
    }
}

/// <summary>This project's forward pass, compiled for the batch.</summary>
sealed class OurForward : IContender, IDisposable
{
    readonly CpuBackend _backend;
    readonly Parameters _parameters = new(1);
    readonly Plan _plan;
    readonly Tensor _output;
    readonly float[] _images;

    public OurForward(Cell cell, StartData start)
    {
        _backend = new CpuBackend(cell.Threads);
        _images = start.Floats();
        var graph = new Graph();
        Tensor input = graph.Add(new Input("images", cell.Image.Batch(cell.Batch)));
        _output = cell.Settings.BuildModel(cell.Image).Apply(input, new Scope(_parameters));
        _plan = Plan.Compile(graph, [_output], _backend, _parameters, lasting: true);
        foreach (Weight weight in start.Weights) _parameters.Write(weight.Path, weight.Values);
        _plan.Write<float>(input, _images);
    }

    public void Run() => _plan.Run();

    public double Loss()
    {
        Run();
        var output = new float[_images.Length];
        _plan.Read<float>(_output, output);
        return output.Zip(_images, (o, i) => ((double)o - i) * ((double)o - i)).Average();
    }

    public void Dispose()
    {
        _plan.Dispose();
        _parameters.Dispose();
        _backend.Dispose();
    }
}
