using System.Reflection;

namespace TorchSharp;

/// <summary>The operators that are called, each by the name of its schema. Looked up at the first call.</summary>
static class Ops
{
    internal static readonly Operator Abs = new("aten::abs"), Abs_ = new("aten::abs_");
    internal static readonly Operator Ceil = new("aten::ceil"), Ceil_ = new("aten::ceil_");
    internal static readonly Operator Cos = new("aten::cos"), Cos_ = new("aten::cos_");
    internal static readonly Operator Exp = new("aten::exp"), Exp_ = new("aten::exp_");
    internal static readonly Operator Expm1 = new("aten::expm1"), Expm1_ = new("aten::expm1_");
    internal static readonly Operator Floor = new("aten::floor"), Floor_ = new("aten::floor_");
    internal static readonly Operator Log = new("aten::log"), Log_ = new("aten::log_");
    internal static readonly Operator Log1p = new("aten::log1p"), Log1p_ = new("aten::log1p_");
    internal static readonly Operator Log2 = new("aten::log2"), Log2_ = new("aten::log2_");
    internal static readonly Operator Neg = new("aten::neg"), Neg_ = new("aten::neg_");
    internal static readonly Operator Reciprocal = new("aten::reciprocal"), Reciprocal_ = new("aten::reciprocal_");
    internal static readonly Operator Round = new("aten::round"), Round_ = new("aten::round_");
    internal static readonly Operator Rsqrt = new("aten::rsqrt"), Rsqrt_ = new("aten::rsqrt_");
    internal static readonly Operator Sigmoid = new("aten::sigmoid"), Sigmoid_ = new("aten::sigmoid_");
    internal static readonly Operator Sign = new("aten::sign"), Sign_ = new("aten::sign_");
    internal static readonly Operator Sin = new("aten::sin"), Sin_ = new("aten::sin_");
    internal static readonly Operator Sqrt = new("aten::sqrt"), Sqrt_ = new("aten::sqrt_");
    internal static readonly Operator Tanh = new("aten::tanh"), Tanh_ = new("aten::tanh_");
    internal static readonly Operator Relu = new("aten::relu"), Relu_ = new("aten::relu_");
    internal static readonly Operator Gelu = new("aten::gelu"), Gelu_ = new("aten::gelu_");
    internal static readonly Operator Silu = new("aten::silu"), Silu_ = new("aten::silu_");
    internal static readonly Operator Hardswish = new("aten::hardswish"), Hardswish_ = new("aten::hardswish_");
    internal static readonly Operator Hardsigmoid = new("aten::hardsigmoid"), Hardsigmoid_ = new("aten::hardsigmoid_");
    internal static readonly Operator Eq = new("aten::eq", "Tensor"), EqScalar = new("aten::eq", "Scalar");
    internal static readonly Operator Ne = new("aten::ne", "Tensor"), NeScalar = new("aten::ne", "Scalar");
    internal static readonly Operator Lt = new("aten::lt", "Tensor"), LtScalar = new("aten::lt", "Scalar");
    internal static readonly Operator Le = new("aten::le", "Tensor"), LeScalar = new("aten::le", "Scalar");
    internal static readonly Operator Gt = new("aten::gt", "Tensor"), GtScalar = new("aten::gt", "Scalar");
    internal static readonly Operator Ge = new("aten::ge", "Tensor"), GeScalar = new("aten::ge", "Scalar");
    internal static readonly Operator Relu6 = new("aten::relu6"), Relu6_ = new("aten::relu6_");
    internal static readonly Operator LeakyRelu = new("aten::leaky_relu"), LeakyRelu_ = new("aten::leaky_relu_");
    internal static readonly Operator Square = new("aten::square");
    internal static readonly Operator Isnan = new("aten::isnan"), Isinf = new("aten::isinf"), Isfinite = new("aten::isfinite");
    internal static readonly Operator LogicalAnd = new("aten::logical_and"), LogicalOr = new("aten::logical_or"), LogicalNot = new("aten::logical_not");
    internal static readonly Operator BitwiseAnd = new("aten::bitwise_and", "Tensor"), BitwiseOr = new("aten::bitwise_or", "Tensor"), BitwiseNot = new("aten::bitwise_not");
    internal static readonly Operator Allclose = new("aten::allclose"), Where = new("aten::where", "self");
    internal static readonly Operator MaskedFill = new("aten::masked_fill", "Scalar"), MaskedFill_ = new("aten::masked_fill_", "Scalar"), MaskedSelect = new("aten::masked_select");

    internal static readonly Operator Add = new("aten::add", "Tensor"), Add_ = new("aten::add_", "Tensor"), AddScalar = new("aten::add", "Scalar"), AddScalar_ = new("aten::add_", "Scalar");
    internal static readonly Operator Sub = new("aten::sub", "Tensor"), Sub_ = new("aten::sub_", "Tensor"), SubScalar = new("aten::sub", "Scalar"), SubScalar_ = new("aten::sub_", "Scalar");
    internal static readonly Operator Rsub = new("aten::rsub", "Scalar");
    internal static readonly Operator Mul = new("aten::mul", "Tensor"), Mul_ = new("aten::mul_", "Tensor"), MulScalar = new("aten::mul", "Scalar"), MulScalar_ = new("aten::mul_", "Scalar");
    internal static readonly Operator Div = new("aten::div", "Tensor"), Div_ = new("aten::div_", "Tensor"), DivScalar = new("aten::div", "Scalar"), DivScalar_ = new("aten::div_", "Scalar");
    internal static readonly Operator FloorDivide = new("aten::floor_divide"), FloorDivideScalar = new("aten::floor_divide", "Scalar");
    internal static readonly Operator Remainder = new("aten::remainder", "Tensor"), RemainderScalar = new("aten::remainder", "Scalar");
    internal static readonly Operator Pow = new("aten::pow", "Tensor_Tensor"), PowScalar = new("aten::pow", "Tensor_Scalar"), PowScalar_ = new("aten::pow_", "Scalar");
    internal static readonly Operator Addcmul_ = new("aten::addcmul_"), Addcdiv_ = new("aten::addcdiv_");
    internal static readonly Operator Lerp = new("aten::lerp", "Tensor"), Lerp_ = new("aten::lerp_", "Tensor");
    internal static readonly Operator Clamp = new("aten::clamp"), Clamp_ = new("aten::clamp_"), ClampTensor = new("aten::clamp", "Tensor");
    internal static readonly Operator Maximum = new("aten::maximum"), Minimum = new("aten::minimum");
    internal static readonly Operator Matmul = new("aten::matmul"), Mm = new("aten::mm"), Bmm = new("aten::bmm"), Dot = new("aten::dot");

    internal static readonly Operator All = new("aten::all"), AllDim = new("aten::all", "dim"), Any = new("aten::any"), AnyDim = new("aten::any", "dim");
    internal static readonly Operator Argmax = new("aten::argmax"), Argmin = new("aten::argmin"), Argsort = new("aten::argsort");
    internal static readonly Operator Sort = new("aten::sort", "stable"), Topk = new("aten::topk");
    internal static readonly Operator Max = new("aten::max"), MaxDim = new("aten::max", "dim"), Min = new("aten::min"), MinDim = new("aten::min", "dim");
    internal static readonly Operator Amax = new("aten::amax"), Amin = new("aten::amin");
    internal static readonly Operator Mean = new("aten::mean"), MeanDim = new("aten::mean", "dim"), Median = new("aten::median");
    internal static readonly Operator Sum = new("aten::sum"), SumDim = new("aten::sum", "dim_IntList"), Prod = new("aten::prod");
    internal static readonly Operator Std = new("aten::std"), StdDim = new("aten::std", "dim"), Var = new("aten::var"), VarDim = new("aten::var", "dim");
    internal static readonly Operator Norm = new("aten::norm", "Scalar"), NormDim = new("aten::norm", "ScalarOpt_dim");
    internal static readonly Operator Logsumexp = new("aten::logsumexp"), Softmax = new("aten::softmax", "int"), LogSoftmax = new("aten::log_softmax", "int");
    internal static readonly Operator Cumsum = new("aten::cumsum"), Cumprod = new("aten::cumprod");
    internal static readonly Operator CountNonzero = new("aten::count_nonzero"), CountNonzeroDim = new("aten::count_nonzero", "dim_IntList"), Bincount = new("aten::bincount");

    internal static readonly Operator View = new("aten::view"), Reshape = new("aten::reshape"), Flatten = new("aten::flatten", "using_ints");
    internal static readonly Operator Permute = new("aten::permute"), Transpose = new("aten::transpose", "int"), T = new("aten::t");
    internal static readonly Operator Unsqueeze = new("aten::unsqueeze"), Squeeze = new("aten::squeeze"), SqueezeDim = new("aten::squeeze", "dim");
    internal static readonly Operator Expand = new("aten::expand"), BroadcastTo = new("aten::broadcast_to"), Repeat = new("aten::repeat");
    internal static readonly Operator RepeatInterleave = new("aten::repeat_interleave", "self_int");
    internal static readonly Operator Flip = new("aten::flip"), Roll = new("aten::roll"), Rot90 = new("aten::rot90");
    internal static readonly Operator Split = new("aten::split", "Tensor"), SplitSizes = new("aten::split_with_sizes"), Chunk = new("aten::chunk"), Unbind = new("aten::unbind", "int");
    internal static readonly Operator Tril = new("aten::tril"), Triu = new("aten::triu");
    internal static readonly Operator Contiguous = new("aten::contiguous"), Clone = new("aten::clone"), Detach = new("aten::detach"), Detach_ = new("aten::detach_"), Alias = new("aten::alias");
    internal static readonly Operator Copy_ = new("aten::copy_"), Fill_ = new("aten::fill_", "Scalar"), Zero_ = new("aten::zero_");

    internal static readonly Operator Index = new("aten::index", "Tensor"), IndexPut_ = new("aten::index_put_"), Slice = new("aten::slice", "Tensor");
    internal static readonly Operator IndexSelect = new("aten::index_select"), IndexAdd_ = new("aten::index_add_"), IndexCopy_ = new("aten::index_copy_");
    internal static readonly Operator Select = new("aten::select", "int"), Narrow = new("aten::narrow"), Gather = new("aten::gather");
    internal static readonly Operator Scatter = new("aten::scatter", "src"), Scatter_ = new("aten::scatter_", "src"), ScatterAdd = new("aten::scatter_add"), ScatterAdd_ = new("aten::scatter_add_");
    internal static readonly Operator Take = new("aten::take"), Nonzero = new("aten::nonzero");

    internal static readonly Operator ToDtype = new("aten::to", "dtype"), ToDevice = new("aten::to", "device"), PinMemory = new("aten::pin_memory");
    internal static readonly Operator ToFormat = new("aten::contiguous", "", "self", "memory_format");
    internal static readonly Operator LocalScalar = new("aten::_local_scalar_dense");

    internal static readonly Operator Normal_ = new("aten::normal_"), Uniform_ = new("aten::uniform_"), Exponential_ = new("aten::exponential_");
    internal static readonly Operator Bernoulli = new("aten::bernoulli"), Bernoulli_ = new("aten::bernoulli_", "float"), Random_ = new("aten::random_", "from"), Multinomial = new("aten::multinomial");
    internal static readonly Operator RandLike = new("aten::rand_like"), RandnLike = new("aten::randn_like");
    internal static readonly Operator ZerosLike = new("aten::zeros_like"), OnesLike = new("aten::ones_like"), EmptyLike = new("aten::empty_like"), FullLike = new("aten::full_like");
    internal static readonly Operator Zeros = new("aten::zeros"), Ones = new("aten::ones"), Empty = new("aten::empty", "memory_format"), Full = new("aten::full"), Eye = new("aten::eye", "m");
    internal static readonly Operator Arange = new("aten::arange", "start_step"), Linspace = new("aten::linspace");
    internal static readonly Operator Rand = new("aten::rand"), Randn = new("aten::randn"), Randint = new("aten::randint", "low"), Randperm = new("aten::randperm");
    internal static readonly Operator Cat = new("aten::cat"), Stack = new("aten::stack");

    internal static readonly Operator Conv1d = new("aten::conv1d"), Conv2d = new("aten::conv2d"), Conv3d = new("aten::conv3d");
    internal static readonly Operator ConvTranspose1d = new("aten::conv_transpose1d"), ConvTranspose2d = new("aten::conv_transpose2d", "input"), ConvTranspose3d = new("aten::conv_transpose3d", "input");
    internal static readonly Operator Linear = new("aten::linear"), BatchNorm = new("aten::batch_norm"), GroupNorm = new("aten::group_norm"), LayerNorm = new("aten::layer_norm");
    internal static readonly Operator MaxPool1d = new("aten::max_pool1d"), MaxPool2d = new("aten::max_pool2d"), MaxPool3d = new("aten::max_pool3d");
    internal static readonly Operator AvgPool1d = new("aten::avg_pool1d"), AvgPool2d = new("aten::avg_pool2d"), AvgPool3d = new("aten::avg_pool3d");
    internal static readonly Operator AdaptiveAvgPool1d = new("aten::adaptive_avg_pool1d"), AdaptiveAvgPool2d = new("aten::adaptive_avg_pool2d"), AdaptiveAvgPool3d = new("aten::adaptive_avg_pool3d");
    internal static readonly Operator Dropout = new("aten::dropout"), Dropout_ = new("aten::dropout_"), FeatureDropout = new("aten::feature_dropout"), FeatureDropout_ = new("aten::feature_dropout_");
    internal static readonly Operator Hardtanh = new("aten::hardtanh"), Hardtanh_ = new("aten::hardtanh_"), Elu = new("aten::elu"), Elu_ = new("aten::elu_"), Softplus = new("aten::softplus");
    internal static readonly Operator Mish = new("aten::mish"), Mish_ = new("aten::mish_");
    internal static readonly Operator CrossEntropy = new("aten::cross_entropy_loss"), NllLoss = new("aten::nll_loss_nd"), MseLoss = new("aten::mse_loss"), L1Loss = new("aten::l1_loss"), SmoothL1Loss = new("aten::smooth_l1_loss");
    internal static readonly Operator BinaryCrossEntropy = new("aten::binary_cross_entropy"), BinaryCrossEntropyLogits = new("aten::binary_cross_entropy_with_logits");
    internal static readonly Operator OneHot = new("aten::one_hot"), Embedding = new("aten::embedding");
    internal static readonly Operator ConstantPad = new("aten::constant_pad_nd");
    internal static readonly Operator Pad = new("aten::pad");
    internal static readonly Operator GridSampler = new("aten::grid_sampler"), AffineGrid = new("aten::affine_grid_generator");
    internal static readonly Operator UpsampleNearest1d = new("aten::upsample_nearest1d", "vec"), UpsampleNearest2d = new("aten::upsample_nearest2d", "vec"), UpsampleNearest3d = new("aten::upsample_nearest3d", "vec");
    internal static readonly Operator UpsampleLinear1d = new("aten::upsample_linear1d", "vec"), UpsampleBilinear2d = new("aten::upsample_bilinear2d", "vec"), UpsampleTrilinear3d = new("aten::upsample_trilinear3d", "vec");
    internal static readonly Operator UpsampleBicubic2d = new("aten::upsample_bicubic2d", "vec"), UpsampleBilinear2dAntialias = new("aten::_upsample_bilinear2d_aa", "vec");

    internal static readonly Operator Erf = new("aten::erf"), Erfinv_ = new("aten::erfinv_");
    internal static readonly Operator ForeachNorm = new("aten::_foreach_norm", "Scalar"), VectorNorm = new("aten::linalg_vector_norm");
    internal static readonly Operator ForeachMulScalar_ = new("aten::_foreach_mul_", "Scalar"), ForeachAddList_ = new("aten::_foreach_add_", "List"), ForeachAddScalar_ = new("aten::_foreach_add_", "Scalar");
    internal static readonly Operator ForeachAddList = new("aten::_foreach_add", "List"), ForeachSqrt = new("aten::_foreach_sqrt"), ForeachMulScalar = new("aten::_foreach_mul", "Scalar");
    internal static readonly Operator ForeachDivScalar_ = new("aten::_foreach_div_", "Scalar"), ForeachAddcmul_ = new("aten::_foreach_addcmul_", "Scalar"), ForeachAddcdiv_ = new("aten::_foreach_addcdiv_", "Scalar");
    internal static readonly Operator ForeachDivList_ = new("aten::_foreach_div_", "List"), ForeachMaximum_ = new("aten::_foreach_maximum_", "List");

    /// <summary>Those that this libtorch has not; none in any version that we know.</summary>
    internal static IEnumerable<string> Missing() =>
        from field in typeof(Ops).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        let op = field.GetValue(null) as Operator
        where op is { Exists: false }
        select op.Name;
}
