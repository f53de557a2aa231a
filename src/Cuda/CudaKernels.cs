using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>The kernels, one line per operation. Leaves, views and side outputs have none.</summary>
static class CudaKernels
{
    /// <summary>The table for a device.</summary>
    public static KernelTable Table(CudaDevice device)
    {
        var table = new KernelTable("cuda");
        table.Add<Conv2D>((op, shapes) => NarrowConvKernels.Select(op, shapes, device) ?? DnnConvKernels.Select(op, shapes, device));
        table.Add<Conv2DInputGrad>((op, shapes) =>
            NarrowConvKernels.Select(op, shapes, device)
            ?? TurnedConvKernel.Select(op, shapes, device)
            ?? DnnConvKernels.Select(op, shapes, device));
        table.Add<Conv2DFilterGrad>((op, shapes) =>
            NarrowFilterGradKernel.Select(op, shapes, device) ?? DnnConvKernels.Select(op, shapes, device));
        table.Add<MatMul>((op, shapes) => BlasMatMulKernel.Select(op, shapes, device));
        table.Add<Activate>((op, shapes) => PointwiseKernels.Select(op, shapes, device));
        table.Add<ActivateGrad>((op, shapes) => PointwiseKernels.Select(op, shapes, device));
        table.Add<AddBias>((op, shapes) => PointwiseKernels.Select(op, shapes, device));
        table.Add<BiasGrad>((op, shapes) => PointwiseKernels.Select(op, shapes, device));
        table.Add<Add>((op, shapes) => PointwiseKernels.Select(op, shapes, device));
        table.Add<MaxPool2D>((op, shapes) => PoolKernels.Select(op, shapes, device));
        table.Add<MaxPool2DGrad>((op, shapes) => PoolKernels.Select(op, shapes, device));
        table.Add<MaxUnpool2D>((op, shapes) => PoolKernels.Select(op, shapes, device));
        table.Add<HideRows>((op, shapes) => MovementKernels.Select(op, shapes, device));
        table.Add<GatherImages>((op, shapes) => MovementKernels.Select(op, shapes, device));
        table.Add<MeanSquaredError>((op, shapes) => LossKernels.Select(op, shapes, device));
        table.Add<MeanSquaredErrorGrad>((op, shapes) => LossKernels.Select(op, shapes, device));
        table.Add<Pack>((op, shapes) => MovementKernels.Select(op, shapes, device));
        table.Add<HidePixels>((op, shapes) => OcclusionKernels.Select(op, shapes, device));
        table.Add<MoveImages>((op, shapes) => OcclusionKernels.Select(op, shapes, device));
        table.Add<ClipByNorm>((op, shapes) => ClipByNormKernel.Select(op, shapes, device));
        table.Add<AdamStep>((op, shapes) => StateKernels.Select(op, shapes, device));
        table.Add<AdamaxStep>((op, shapes) => StateKernels.Select(op, shapes, device));
        table.Add<Increment>((op, shapes) => StateKernels.Select(op, shapes, device));
        table.Add<Accumulate>((op, shapes) => StateKernels.Select(op, shapes, device));
        return table;
    }
}
