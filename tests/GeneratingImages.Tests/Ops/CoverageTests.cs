using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>No operation may join the graph without cases, bad shapes and a function of the reference.</summary>
public class CoverageTests
{
    // Leaves are storage and views are other storage under a shape: they have no function.
    static readonly Type[] WithoutFunction = [typeof(Input), typeof(Constant), typeof(Variable), typeof(FlatSlot), typeof(Reshape)];

    // A side output exists only behind the operation that makes it, whose cases hold it.
    static readonly Type[] WithoutCases = [typeof(Input), typeof(Constant), typeof(Variable), typeof(FlatSlot), typeof(SideOutput)];

    // These take any shape.
    static readonly Type[] WithoutBadShapes = [.. WithoutCases, typeof(Activate)];

    public static TheoryData<Type> Operations =>
        [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract).OrderBy(type => type.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void EveryOperationHasAFunctionOfTheReference(Type op) =>
        Assert.NotEqual(WithoutFunction.Contains(op), ReferenceInterpreter.Operations.Contains(op));

    [Theory]
    [MemberData(nameof(Operations))]
    public void EveryOperationHasCases(Type op)
    {
        Assert.NotEqual(WithoutCases.Contains(op), OpCases.All.Any(c => c.Op.GetType() == op));
        Assert.NotEqual(WithoutBadShapes.Contains(op), OpCases.Bad.Any(c => c.Op.GetType() == op));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void AnOperationWithAGradientHasADifferentiableCase(Type op)
    {
        bool defined = op.GetMethod(nameof(Op.Backward))!.DeclaringType == op
            && op != typeof(BiasGrad); // BiasGrad's only says that it has none
        Assert.Equal(defined, OpCases.All.Any(c => c.Op.GetType() == op && c.Differentiable.Length > 0));
    }

    [Fact]
    public void NoTwoCasesHaveOneName() => Assert.Equal(OpCases.All.Count, OpCases.All.Select(c => c.ToString()).Distinct().Count());
}
