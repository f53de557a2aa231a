namespace GeneratingImages.Core;

/// <summary>
/// Joins operations that one kernel can do in one pass over the data. It decides what is joined; how is the kernel's business.
/// </summary>
static class Fusion
{
    /// <summary>Rewrites a schedule in place.</summary>
    public static void Apply(Schedule schedule)
    {
        JoinEpilogues(schedule);
        JoinBiasGradients(schedule);
    }

    /// <summary>
    /// A convolution, transposed convolution or matrix product, then <see cref="AddBias"/>, then <see cref="Activate"/>, each used once, become
    /// the first with an <see cref="Epilogue"/>. Always legal, because an activation's gradient reads only its output.
    /// </summary>
    static void JoinEpilogues(Schedule schedule)
    {
        int[] uses = schedule.CountUses();
        foreach (ScheduledNode node in schedule.Live)
        {
            if (node.Op is not (AddBias or Activate)) continue;
            ScheduledNode source = schedule[node.Inputs[0]];
            if (uses[source.Id] != 1 || EpilogueOf(source.Op) is not { Activation: Activation.None } epilogue) continue;
            if (schedule.ChangesBetween(source.Id, node.Id)) continue;
            if (node.Op is AddBias)
            {
                if (epilogue.Bias) continue;
                node.Inputs = [.. source.Inputs, node.Inputs[1]];
                node.Op = With(source.Op, epilogue with { Bias = true });
            }
            else
            {
                node.Op = With(source.Op, epilogue with { Activation = ((Activate)node.Op).Kind });
                node.Inputs = source.Inputs;
            }

            source.Live = false;
        }
    }

    /// <summary>The bias gradient of an activation's gradient comes out of the same pass, as its side output.</summary>
    static void JoinBiasGradients(Schedule schedule)
    {
        foreach (ScheduledNode node in schedule.Live)
        {
            if (node.Op is not BiasGrad) continue;
            ScheduledNode source = schedule[node.Inputs[0]];
            if (source.Op is not ActivateGrad { Bias: false } gradient) continue;
            source.Op = gradient with { Bias = true };
            node.Op = new SideOutput(node.Type.Shape);
        }
    }

    static Epilogue? EpilogueOf(Op op) => op switch
    {
        Conv2D conv => conv.Epilogue,
        Conv2DInputGrad conv => conv.Epilogue,
        MatMul product => product.Epilogue,
        _ => null,
    };

    static Op With(Op op, Epilogue epilogue) => op switch
    {
        Conv2D conv => conv with { Epilogue = epilogue },
        Conv2DInputGrad conv => conv with { Epilogue = epilogue },
        MatMul product => product with { Epilogue = epilogue },
        _ => throw new ArgumentException($"{op.Name} has no epilogue"),
    };
}
