// Coupons: one that is not valid is an exception, and rare.
namespace Scenes.Shop;

public sealed class InvalidCouponException(string coupon) : Exception($"coupon {coupon} is not valid");

public sealed class CouponService
{
    public int Redeem(int coupon) => coupon % 50 != 0 ? coupon : throw new InvalidCouponException($"C{coupon}");
}
