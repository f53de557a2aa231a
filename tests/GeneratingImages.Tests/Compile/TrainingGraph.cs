using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Compile;

/// <summary>The deep model's whole training step as a graph, small or at its real size.</summary>
sealed class TrainingGraph
{
    public TrainingGraph(Shape image, int batch, params int[] channels)
    {
        Parameters = new Parameters(1);
        Images = Graph.Add(new Input("images", image.Batch(batch)));
        var objective = new Reconstruction(Autoencoders.Deep(image, 8, channels), ReconstructionTask.Complete, new Adam());
        Phase phase = objective.Phases(Images, new Scope(Parameters, training: true)).Single();
        Loss = phase.Loss;
        ParameterGroup group = Parameters.Group("");
        Gradients = Autodiff.Gradients(Loss, [.. group.Members.Select(p => Graph.Add(new Variable(p.Path, p.Shape)))]);
        phase.Optimizer.Append(Parameters, group, Gradients, Loss);
    }

    public Graph Graph { get; } = new();

    public Parameters Parameters { get; }

    public Tensor Images { get; }

    public Tensor Loss { get; }

    public Tensor[] Gradients { get; }
}
