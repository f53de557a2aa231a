using GeneratingImages.Core;

namespace GeneratingImages.Tests.Compile;

public class MemoryPlanTests
{
    const long ScratchBytes = 1000;

    [Theory]
    [InlineData(28, 28, 1, 32, false)]
    [InlineData(32, 32, 3, 32, false)]
    [InlineData(45, 45, 3, 8, false)]
    [InlineData(28, 28, 1, 32, true)]
    public void No_result_is_overwritten_while_it_is_needed(int height, int width, int channels, int batch, bool lasting)
    {
        var step = new TrainingGraph(Shape.Of(height, width, channels), batch, 32, 64, 128, 256);
        (Schedule schedule, MemoryPlan plan) = Planned(step.Graph, [step.Loss], _ => ScratchBytes, node => lasting && node.Id % 2 == 0);
        CheckByReplay(schedule, plan);
    }

    [Fact]
    public void Memory_is_shared_close_to_the_lower_bound()
    {
        var step = new TrainingGraph(Shape.Of(32, 32, 3), 32, 32, 64, 128, 256);
        (_, MemoryPlan plan) = Planned(step.Graph, [step.Loss], _ => 0);
        long bytes = plan.HeldBytes + plan.PassingBytes;
        Assert.InRange(bytes, plan.LowerBound, plan.LowerBound * 1.1);
        Assert.InRange(bytes, 0, plan.WithoutReuse * 0.7);
    }

    [Fact]
    public void Gradients_are_computed_inside_the_packed_vector()
    {
        var step = new TrainingGraph(Shape.Of(16, 16, 3), 2, 4, 8, 8, 8);
        (Schedule schedule, MemoryPlan plan) = Planned(step.Graph, [step.Loss], _ => 0);
        ScheduledNode pack = schedule.Live.Single(n => n.Op is Pack);
        ParameterGroup group = ((Pack)pack.Op).Group;
        for (int i = 0; i < pack.Inputs.Length; i++)
            Assert.Equal(plan.Offset(pack.Id) + group.Members[i].Offset * 4, plan.Offset(pack.Inputs[i]));
    }

    [Fact]
    public void An_operation_overwrites_only_what_nothing_else_needs()
    {
        var graph = new Graph();
        Tensor x = graph.Add(new Input("x", Shape.Of(64, 64))), w = graph.Add(new Input("w", Shape.Of(64, 64)));
        Tensor product = x.MatMul(w), first = product.Activate(Activation.Relu), second = product.Activate(Activation.Elu);
        var schedule = new Schedule(graph, [first, second]);
        MemoryPlan plan = MemoryPlan.Make(schedule, graph.Count, _ => 0);
        Assert.NotEqual(plan.Offset(product.Id), plan.Offset(first.Id));
        Assert.Equal(plan.Offset(product.Id), plan.Offset(second.Id));
        Tensor input = x.Activate(Activation.Relu);
        plan = MemoryPlan.Make(new Schedule(graph, [input]), graph.Count, _ => 0);
        Assert.NotEqual((plan.Lasts(x.Id), plan.Offset(x.Id)), (plan.Lasts(input.Id), plan.Offset(input.Id)));
    }

    /// <summary>
    /// Replays the schedule over a picture of the arena in which every 64-byte line remembers which node wrote it last, and checks at each
    /// call that its inputs are still there: a witness that knows nothing of lifetimes. A call writes its scratch memory before it reads and
    /// still needs it after it has written; what lasts of that is there in the next round. Between two rounds another plan has its turn.
    /// </summary>
    static void CheckByReplay(Schedule schedule, MemoryPlan plan)
    {
        var owner = new int[(plan.HeldBytes + plan.PassingBytes) / 64 + 1];
        Array.Fill(owner, -1);
        foreach (ScheduledNode node in schedule.Live.Where(n => n.Op is Leaf && plan.Holds(n.Id))) Write(node.Id);
        for (int round = 0; round < 2; round++)
        {
            Array.Fill(owner, -1, (int)(plan.HeldBytes / 64), (int)(plan.PassingBytes / 64));
            foreach (ScheduledNode node in schedule.Live.Where(n => n.IsCall && n.Op is not Pack))
            {
                int scratch = -2 - node.Id;
                if (round > 0 && plan.WorkspaceLasts(node.Id)) CheckScratch(node, scratch);
                foreach (int line in ScratchLines(node.Id)) owner[line] = scratch;
                foreach (int input in node.Inputs.Select(Storage).Where(plan.Holds))
                    Assert.All(Lines(input), line => Assert.True(
                        owner[line] == input || schedule[input].Op is Pack,
                        $"{node.Path} {node.Op.Name} reads node {input}, node {owner[line]} has overwritten it"));
                if (node.Type.Bytes > 0 && plan.Holds(node.Id)) Write(node.Id);
                foreach (ScheduledNode side in schedule.Live.Where(n => n.Op.IsSide && n.Inputs[0] == node.Id)) Write(side.Id);
                CheckScratch(node, scratch);
            }
        }

        foreach (int kept in schedule.Kept) Assert.All(Lines(kept), line => Assert.Equal(kept, owner[line]));

        int Storage(int id) => schedule[id].Op.IsView ? Storage(schedule[id].Inputs[0]) : id;

        void CheckScratch(ScheduledNode node, int scratch) => Assert.All(
            ScratchLines(node.Id),
            line => Assert.True(owner[line] == scratch, $"{node.Path} {node.Op.Name}: its scratch memory is overwritten by {owner[line]}"));

        IEnumerable<int> Lines(int id) => From((plan.Lasts(id) ? 0 : plan.HeldBytes) + plan.Offset(id), schedule[id].Type.Bytes);

        IEnumerable<int> ScratchLines(int id) =>
            From((plan.WorkspaceLasts(id) ? 0 : plan.HeldBytes) + plan.WorkspaceOffset(id), ScratchBytes);

        static IEnumerable<int> From(long start, long bytes)
        {
            for (long at = start; at < start + bytes; at += 64) yield return (int)(at / 64);
        }

        void Write(int id)
        {
            foreach (int line in Lines(id)) owner[line] = id;
        }
    }

    static (Schedule Schedule, MemoryPlan Plan) Planned(
        Graph graph, Tensor[] keep, Func<ScheduledNode, long> workspace, Func<ScheduledNode, bool>? lasts = null)
    {
        var schedule = new Schedule(graph, keep);
        Fusion.Apply(schedule);
        return (schedule, MemoryPlan.Make(schedule, graph.Count, workspace, lasts));
    }
}
