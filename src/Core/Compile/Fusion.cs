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
        ActivateBackBeforeUnpooling(schedule);
        JoinPooling(schedule);
        JoinBiasGradients(schedule);
        JoinActivationGradients(schedule);
    }

    /// <summary>
    /// A convolution, transposed convolution or matrix product, then <see cref="AddBias"/>, then <see cref="Activate"/>, each used once,
    /// become the first with an <see cref="Epilogue"/>. Always legal, because an activation's gradient reads only its output.
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

    /// <summary>
    /// The gradient of a pooling, then that of the activation before it, change places: an output of the pooling is one of the
    /// activation's, so its derivative can be taken from there, a quarter of the work, and zeros stay zeros. The bias gradient, a sum,
    /// is the same of either.
    /// </summary>
    static void ActivateBackBeforeUnpooling(Schedule schedule)
    {
        int[] uses = schedule.CountUses();
        foreach (ScheduledNode activation in schedule.Live)
        {
            if (activation.Op is not ActivateGrad { Bias: false }) continue;
            ScheduledNode pooling = schedule[activation.Inputs[1]];
            if (pooling.Op is not MaxPool2DGrad || pooling.Inputs[0] != activation.Inputs[0] || uses[pooling.Id] != 1) continue;
            foreach (ScheduledNode sum in schedule.Live)
                if (sum.Op is BiasGrad && sum.Inputs[0] == activation.Id) sum.Inputs = [pooling.Id];
            (activation.Op, pooling.Op) = (pooling.Op, activation.Op);
            (activation.Path, pooling.Path) = (pooling.Path, activation.Path);
            (int images, int pooled, int gradient) = (pooling.Inputs[0], pooling.Inputs[1], pooling.Inputs[2]);
            pooling.Type = schedule[pooled].Type;
            pooling.Inputs = [pooled, gradient];
            activation.Inputs = [images, pooled, pooling.Id];
        }
    }

    /// <summary>
    /// A convolution and the pooling by 2x2 of its results, which only the pooling's gradient still asks for, become one operation, and
    /// that gradient is taken from the codes the operation leaves beside its results. The results before the pooling are never stored.
    /// </summary>
    static void JoinPooling(Schedule schedule)
    {
        int[] uses = schedule.CountUses();
        foreach (ScheduledNode pooling in schedule.Live)
        {
            if (pooling.Op is not MaxPool2D { Size: 2 }) continue;
            ScheduledNode source = schedule[pooling.Inputs[0]];
            if (source.Op is not Conv2D { Pool: false } convolution || source.Type.Shape[^1] % 4 != 0) continue;
            ScheduledNode? gradient = schedule.Live
                .FirstOrDefault(n => n.Op is MaxPool2DGrad && n.Inputs[0] == source.Id && n.Inputs[1] == pooling.Id);
            if (uses[source.Id] != (gradient is null ? 1 : 2) || schedule.ChangesBetween(source.Id, pooling.Id)) continue;
            Shape images = source.Type.Shape;
            pooling.Op = convolution with { Pool = true };
            pooling.Inputs = source.Inputs;
            pooling.Path = source.Path;
            if (gradient is null)
            {
                source.Live = false;
                continue;
            }

            source.Type = new(MaxUnpool2D.Codes(pooling.Type.Shape), ElementType.UInt8);
            source.Op = new SideOutput(source.Type);
            source.Inputs = [pooling.Id];
            gradient.Op = new MaxUnpool2D(images[1], images[2]);
            gradient.Inputs = [gradient.Inputs[2], source.Id];
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
            node.Op = new SideOutput(node.Type);
        }
    }

    /// <summary>
    /// A convolution that makes the gradient of an activation's output, used for nothing else, applies the activation's gradient to its
    /// results, and gives the bias gradient with it.
    /// </summary>
    static void JoinActivationGradients(Schedule schedule)
    {
        int[] uses = schedule.CountUses();
        foreach (ScheduledNode node in schedule.Live)
        {
            if (node.Op is not ActivateGrad { Kind: not Activation.None } gradient) continue;
            ScheduledNode source = schedule[node.Inputs[1]];
            if (uses[source.Id] != 1 || schedule.ChangesBetween(source.Id, node.Id)) continue;
            Op? joined = source.Op switch
            {
                Conv2D { Pool: false } conv when conv.Epilogue == default => conv with { Back = gradient.Kind },
                Conv2DInputGrad conv when conv.Epilogue == default => conv with { Back = gradient.Kind },
                _ => null,
            };
            if (joined is null) continue;
            node.Op = joined;
            node.Inputs = [.. source.Inputs, node.Inputs[0]];
            node.Path = source.Path;
            source.Live = false;
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
