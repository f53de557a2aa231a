using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Sums, biases and activations; the inputs of activations keep away from zero, where they bend.</summary>
static class PointwiseCases
{
    static readonly Shape[] Shapes = [Shape.Of(5), Shape.Of(3, 7), Shape.Of(2, 3, 5, 3), Shape.Of(1, 4, 9, 17), Shape.Of(2, 5, 5, 1)];
    static readonly Shape[] Large = [Shape.Of(32, 100), Shape.Of(2, 17, 19, 33), Shape.Of(3, 16, 16, 64)];

    public static IEnumerable<OpCase> All =>
    [
        .. Of(s => new Add(), s => [new(s, Fills.Signed), new(s, Fills.Signed)], 0, 1),
        .. Of(s => new AddBias(), s => [new(s, Fills.Signed), new(Shape.Of(s[^1]), Fills.Signed)], 0, 1),
        .. Of(s => new BiasGrad(), s => [new(s, Fills.Signed)]),
        .. Kinds.SelectMany(kind => Of(s => new Activate(kind), s => [new(s, Fills.Signed)], 0)),
        .. Kinds.SelectMany(kind => Of(s => new ActivateGrad(kind), s => Gradient(kind, s))),
        .. Kinds.SelectMany(kind => Of(s => new ActivateGrad(kind, true), s => Gradient(kind, s))),
        new("scalars", new Add(), [new(Shape.Scalar, Fills.Signed), new(Shape.Scalar, Fills.Signed)], 0, 1),
        new("zeros Relu", new Activate(Activation.Relu), [new(Shape.Of(19), Fills.Value(0))]),
        new("zeros Elu", new Activate(Activation.Elu), [new(Shape.Of(19), Fills.Value(0))]),
        new("zeros Relu", new ActivateGrad(Activation.Relu), [new(Shape.Of(19), Fills.Value(0)), new(Shape.Of(19), Fills.Signed)]),
        new("far below zero", new Activate(Activation.Elu), [new(Shape.Of(19), Fills.Value(-200))]),
        new("far above zero", new Activate(Activation.Elu), [new(Shape.Of(19), Fills.Value(1e6))]),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new Add(), [Shape.Of(2, 3), Shape.Of(3, 2)], "[2,3] and [3,2] differ"),
        new(new AddBias(), [Shape.Of(2, 3), Shape.Of(2)], "bias [2] does not fit the last axis of [2,3]"),
        new(new AddBias(), [Shape.Scalar, Shape.Of(1)], "bias [1] does not fit the last axis of []"),
        new(new BiasGrad(), [Shape.Scalar], "a scalar has no last axis"),
        new(new ActivateGrad(Activation.Relu), [Shape.Of(2, 3), Shape.Of(2, 4)], "output [2,3] and its gradient [2,4] differ"),
    ];

    static Activation[] Kinds => [Activation.Relu, Activation.Elu];

    static IEnumerable<OpCase> Of(Func<Shape, Op> op, Func<Shape, CaseInput[]> inputs, params int[] differentiable) =>
    [
        .. Shapes.Select(s => new OpCase($"{s}{Detail(op(s))}", op(s), inputs(s), differentiable)),
        .. Large.Select(s => new OpCase($"{s}{Detail(op(s))}", op(s), inputs(s))),
    ];

    static string Detail(Op op) => op switch
    {
        Activate a => $" {a.Kind}",
        ActivateGrad g => $" {g.Kind}{(g.Bias ? " with bias" : "")}",
        _ => "",
    };

    /// <summary>An activation's output, and the gradient of it.</summary>
    static CaseInput[] Gradient(Activation kind, Shape shape) => [new(shape, Fills.Activated(kind)), new(shape, Fills.Signed)];
}
