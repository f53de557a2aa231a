using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernels, one line per operation. Leaves, views and side outputs have none.</summary>
static class CpuKernels
{
    /// <summary>The table for an instruction set; kernels that need scratch memory per worker reserve it for that many.</summary>
    public static KernelTable Table(InstructionSet set, int workers, KernelChoice kernels)
    {
        bool direct = kernels == KernelChoice.Direct;
        var table = new KernelTable("cpu");
        table.Add<Conv2D>((op, shapes) =>
            (direct ? null : WinogradTable.Select(op, shapes, set, workers)) ?? ConvKernel.Select(op, shapes, set, workers));
        table.Add<Conv2DInputGrad>((op, shapes) =>
            (direct ? null : WinogradTable.Select(op, shapes, set, workers)) ?? ConvKernel.Select(op, shapes, set, workers));
        table.Add<Conv2DFilterGrad>((op, shapes) =>
            (direct ? null : WinogradTable.Select(op, shapes, set, workers)) ?? FilterGradKernel.Select(op, shapes, set, workers));
        table.Add<MatMul>((op, shapes) => MatMulKernel.Select(op, shapes, set, workers));
        table.Add<Activate>((op, shapes) => ActivateKernels.Select(op, shapes, set));
        table.Add<ActivateGrad>((op, shapes) => ActivateKernels.SelectGrad(op, shapes, set));
        table.Add<AddBias>((op, shapes) => AddBiasKernel.Select(op, shapes, set));
        table.Add<BiasGrad>((op, shapes) => BiasGradKernel.Select(op, shapes, set));
        table.Add<Add>((op, shapes) => AddKernel.Select(op, shapes, set));
        table.Add<MaxPool2D>((op, shapes) => MaxPoolKernels.Select(op, shapes, set));
        table.Add<MaxPool2DGrad>((op, shapes) => MaxPoolKernels.SelectGrad(op, shapes, set));
        table.Add<MaxUnpool2D>((op, shapes) => MaxUnpoolKernel.Select(op, shapes, set));
        table.Add<HideRows>(HideRowsKernel.Select);
        table.Add<GatherImages>((op, shapes) => GatherImagesKernel.Select(op, shapes, set));
        table.Add<MeanSquaredError>((op, shapes) => MeanSquaredErrorKernels.Select(op, shapes, set));
        table.Add<MeanSquaredErrorGrad>((op, shapes) => MeanSquaredErrorKernels.SelectGrad(op, shapes, set));
        table.Add<Pack>(PackKernel.Select);
        table.Add<HidePixels>(HidePixelsKernel.Select);
        table.Add<MoveImages>(MoveImagesKernel.Select);
        table.Add<ClipByNorm>((op, shapes) => ClipByNormKernel.Select(op, shapes, set));
        table.Add<AdamStep>((op, shapes) => OptimizerKernels.Select(op, shapes, set));
        table.Add<AdamaxStep>((op, shapes) => OptimizerKernels.Select(op, shapes, set));
        table.Add<Increment>(StateKernels.Select);
        table.Add<Accumulate>(StateKernels.Select);
        return table;
    }
}
