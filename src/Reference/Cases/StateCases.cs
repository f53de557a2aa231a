using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Optimiser steps, counters and sums: what changes is their first inputs.</summary>
static class StateCases
{
    static readonly int[] Counts = [1, 16, 37, 4096 + 16];

    public static IEnumerable<OpCase> All =>
    [
        .. Optimizers.SelectMany(op => Counts.Select(count => Step($"{Name(op)}, {count} values, first step", op, count, 0, 0.5))),
        .. Optimizers.Select(op => Step($"{Name(op)}, tenth step", op, 37, 9, 0.5)),
        .. Optimizers.Select(op => Step($"{Name(op)}, step 100000", op, 37, 99_999, 0.5)),
        .. Optimizers.Select(op => Step($"{Name(op)}, the loss is not a number", op, 37, 3, double.NaN)),
        .. Optimizers.Select(op => Step($"{Name(op)}, the loss is infinite", op, 37, 3, double.PositiveInfinity)),
        .. Optimizers.Select(op => Step($"{Name(op)}, no gradient yet", op, 37, 0, 0.5, true)),
        new("by 1", new Increment(1), [new(Shape.Scalar, Fills.Value(41), ElementType.Int32)]),
        new("by 32", new Increment(32), [new(Shape.Scalar, Fills.Value(0), ElementType.Int32)]),
        new("by 16", new Accumulate(16), [new(Shape.Scalar, Fills.Value(0.25), ElementType.Float64), new(Shape.Scalar, Fills.Signed)]),
        new(
            "by 1, a large sum",
            new Accumulate(1),
            [new(Shape.Scalar, Fills.Value(1e9), ElementType.Float64), new(Shape.Scalar, Fills.Signed)]),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new Increment(1), [Shape.Of(1)], "counter [1] must be a scalar"),
        new(new Accumulate(1), [Shape.Scalar, Shape.Of(1)], "sum [] and term [1] must be scalars"),
        new(
            Optimizers[0],
            [Shape.Of(5), Shape.Of(5), Shape.Of(4), Shape.Of(5), Shape.Scalar, Shape.Scalar],
            "values [5] and input 2 [4] differ"),
        new(
            Optimizers[2],
            [Shape.Of(5), Shape.Of(5), Shape.Of(5), Shape.Of(5), Shape.Of(1), Shape.Scalar],
            "step [1] and loss [] must be scalars"),
    ];

    static OptimizerStep[] Optimizers =>
    [
        new AdamStep(0.001f, 0.9f, 0.999f, 1e-7f, EpsilonPlace.OutsideCorrection),
        new AdamStep(0.001f, 0.9f, 0.999f, 1e-8f, EpsilonPlace.InsideCorrection),
        new AdamaxStep(0.002f, 0.9f, 0.999f, 1e-7f),
        new AdamStep(new(0.001f, 4, 20), 0.9f, 0.999f, 1e-7f, EpsilonPlace.OutsideCorrection, 0.1f),
        new AdamaxStep(new(0.002f, 0, 20), 0.9f, 0.999f, 1e-7f, 0.1f),
    ];

    static string Name(OptimizerStep op) =>
        $"{(op is AdamStep adam ? adam.Place : "Adamax")}{(op.WeightDecay > 0 ? $" with decay, {op.Rate}" : "")}";

    static OpCase Step(string name, OptimizerStep op, int count, int steps, double loss, bool zero = false)
    {
        Shape flat = Shape.Of(count);
        Fill start = zero ? Fills.Value(0) : Fills.Positive;
        return new(
            name,
            op,
            [
                new(flat, Fills.Signed),
                new(flat, zero ? start : Fills.Signed),
                new(flat, start),
                new(flat, zero ? start : Fills.Signed),
                new(Shape.Scalar, Fills.Value(steps), ElementType.Int32),
                new(Shape.Scalar, Fills.Value(loss)),
            ]);
    }
}
