using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Kernels of <see cref="AdamStep"/> and <see cref="AdamaxStep"/>: one pass over values, both slots and gradients, which is bound by
/// memory. What depends on the step's number alone is computed once per call, in double precision.
/// </summary>
static unsafe class OptimizerKernels
{
    public static Kernel Select(AdamStep op, Signature shapes, InstructionSet set) =>
        Kernel(op, shapes, set, (in Slots slots, double t) =>
        {
            double correction1 = 1 - Math.Pow(op.Beta1, t), correction2 = 1 - Math.Pow(op.Beta2, t);
            double learningRate = op.Rate.At(t - 1);
            (double rate, double scale) = op.Place == EpsilonPlace.OutsideCorrection
                ? (learningRate * Math.Sqrt(correction2) / correction1, 1)
                : (learningRate / correction1, 1 / Math.Sqrt(correction2));
            return new Adam(
                slots, op.Beta1, (float)(1 - (double)op.Beta1), op.Beta2, (float)(1 - (double)op.Beta2), (float)rate, (float)scale,
                op.Epsilon, (float)(1 - learningRate * op.WeightDecay));
        });

    public static Kernel Select(AdamaxStep op, Signature shapes, InstructionSet set) =>
        Kernel(op, shapes, set, (in Slots slots, double t) =>
        {
            double learningRate = op.Rate.At(t - 1);
            return new Adamax(
                slots, op.Beta1, (float)(1 - (double)op.Beta1), op.Beta2, (float)(learningRate / (1 - Math.Pow(op.Beta1, t))), op.Epsilon,
                (float)(1 - learningRate * op.WeightDecay));
        });

    static LightKernel Kernel<TRule>(OptimizerStep op, Signature shapes, InstructionSet set, Prepare<TRule> prepare)
        where TRule : struct, IPointwise
    {
        shapes.Expect(op, ElementType.Float32, ElementType.Float32, ElementType.Float32, ElementType.Float32, ElementType.Int32);
        long count = shapes.Inputs[0].Shape.Count;
        return new LightKernel(set.Label(), at => set switch
        {
            InstructionSet.Avx512 => new Call<TRule, Vector512<float>, Lanes16>(prepare, count, at),
            InstructionSet.Avx2 => new Call<TRule, Vector256<float>, Lanes8>(prepare, count, at),
            _ => new Call<TRule, Vector128<float>, Lanes4>(prepare, count, at),
        });
    }

    /// <summary>The rule of step t, counted from 1.</summary>
    delegate TRule Prepare<TRule>(in Slots slots, double t)
        where TRule : struct, IPointwise;

    readonly struct Slots(Operands at)
    {
        public readonly float* Values = at.Inputs[0].Pointer<float>();
        public readonly float* First = at.Inputs[1].Pointer<float>();
        public readonly float* Second = at.Inputs[2].Pointer<float>();
        public readonly float* Gradients = at.Inputs[3].Pointer<float>();
    }

    /// <summary>First the rule of this step is prepared, then it is applied, unless the loss went wrong.</summary>
    sealed class Call<TRule, T, TLanes>(Prepare<TRule> prepare, long count, Operands at) : CpuCall
        where TRule : struct, IPointwise
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = Cut.Of(count);
        readonly Slots _slots = new(at);
        readonly int* _stepsTaken = at.Inputs[4].Pointer<int>();
        readonly float* _loss = at.Inputs[5].Pointer<float>();
        TRule _rule;
        bool _apply;

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? 1 : _apply ? _cut.Parts : 0;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 1) Map.Run<TRule, T, TLanes>(_rule, _cut.Start(part), _cut.End(part));
            else if (_apply = float.IsFinite(*_loss)) _rule = prepare(_slots, *_stepsTaken + 1.0);
        }
    }

    /// <summary>
    /// Both places of epsilon in one formula: values = kept x values - rate x m / (scale x sqrt(v) + epsilon), with the corrections in rate
    /// and scale; kept is what weight decay leaves.
    /// </summary>
    readonly struct Adam(
        in Slots slots, float beta1, float rest1, float beta2, float rest2, float rate, float scale, float epsilon, float kept) : IPointwise
    {
        readonly Slots _slots = slots;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T g = TLanes.Load(_slots.Gradients + i);
            T m = TLanes.Add(
                TLanes.Multiply(TLanes.Create(beta1), TLanes.Load(_slots.First + i)),
                TLanes.Multiply(TLanes.Create(rest1), g));
            T v = TLanes.Add(
                TLanes.Multiply(TLanes.Create(beta2), TLanes.Load(_slots.Second + i)),
                TLanes.Multiply(TLanes.Create(rest2), TLanes.Multiply(g, g)));
            T divisor = TLanes.Add(TLanes.Multiply(TLanes.Create(scale), TLanes.Sqrt(v)), TLanes.Create(epsilon));
            T change = TLanes.Divide(TLanes.Multiply(TLanes.Create(rate), m), divisor);
            T value = TLanes.Subtract(TLanes.Multiply(TLanes.Create(kept), TLanes.Load(_slots.Values + i)), change);
            TLanes.Store(m, _slots.First + i);
            TLanes.Store(v, _slots.Second + i);
            TLanes.Store(value, _slots.Values + i);
            return value;
        }
    }

    /// <summary>values = kept x values - rate x m / (u + epsilon), with the correction in rate.</summary>
    readonly struct Adamax(in Slots slots, float beta1, float rest1, float beta2, float rate, float epsilon, float kept) : IPointwise
    {
        readonly Slots _slots = slots;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T g = TLanes.Load(_slots.Gradients + i);
            T m = TLanes.Add(
                TLanes.Multiply(TLanes.Create(beta1), TLanes.Load(_slots.First + i)),
                TLanes.Multiply(TLanes.Create(rest1), g));
            T u = TLanes.Max(TLanes.Multiply(TLanes.Create(beta2), TLanes.Load(_slots.Second + i)), TLanes.Abs(g));
            T change = TLanes.Divide(TLanes.Multiply(TLanes.Create(rate), m), TLanes.Add(u, TLanes.Create(epsilon)));
            T value = TLanes.Subtract(TLanes.Multiply(TLanes.Create(kept), TLanes.Load(_slots.Values + i)), change);
            TLanes.Store(m, _slots.First + i);
            TLanes.Store(u, _slots.Second + i);
            TLanes.Store(value, _slots.Values + i);
            return value;
        }
    }
}
