namespace GeneratingImages.Core;

/// <summary>What is known of a plan before it has memory: what runs, by which kernels, and where each result will lie.</summary>
/// <param name="Schedule">Its fused operations in their order.</param>
/// <param name="Kernels">The kernel of each call, in order.</param>
/// <param name="Sides">The side output of each node that has one, by their numbers.</param>
/// <param name="Memory">The places.</param>
sealed record PlanDraft(Schedule Schedule, Kernel[] Kernels, Dictionary<int, int> Sides, MemoryPlan Memory)
{
    /// <inheritdoc cref="Plan.Compile"/>
    public static PlanDraft Make(Graph graph, ReadOnlySpan<Tensor> keep, IBackend backend, Parameters parameters, bool lasting)
    {
        var schedule = new Schedule(graph, keep);
        Fusion.Apply(schedule);
        parameters.Place(backend);
        Dictionary<int, int> sides = schedule.Live.Where(n => n.Op.IsSide).ToDictionary(n => n.Inputs[0], n => n.Id);
        ScheduledNode[] calls = [.. schedule.Live.Where(n => n.IsCall)];
        Kernel[] kernels = [.. calls.Select(Select)];
        Dictionary<int, Kernel> kernelOf = calls.Zip(kernels).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        MemoryPlan memory = MemoryPlan.Make(
            schedule,
            graph.Count,
            node => kernelOf[node.Id].WorkspaceBytes,
            node => lasting && kernelOf[node.Id].Prepares && schedule[node.Inputs[1]].Op is Variable);
        return new PlanDraft(schedule, kernels, sides, memory);

        Kernel Select(ScheduledNode node)
        {
            TensorType? side = sides.TryGetValue(node.Id, out int id) ? schedule[id].Type : null;
            try
            {
                return backend.Select(node.Op, new Signature([.. node.Inputs.Select(input => schedule[input].Type)], node.Type, side));
            }
            catch (NoKernelException e)
            {
                throw new NoKernelException($"{node.Path}: {e.Message}");
            }
        }
    }
}
